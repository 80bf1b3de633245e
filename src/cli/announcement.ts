import { relative } from "node:path";
import { DATA_DIR } from "./local/connect.ts";
import type { LocalDatabase } from "./local/local-database.ts";
import { print, strong, subdued } from "./output.ts";

export interface Announcement {
  url: string;
  /** Where ActivityWatch's web interface takes a token; undefined where it is not served. */
  webUi: string | undefined;
  database: LocalDatabase;
  dataDir: string;
  /** Undefined where mails are sent. */
  mailDir: string | undefined;
  logDir: string | undefined;
  /** Whether the database was empty, so that nobody can have an account. */
  isNew: boolean;
  /** How long the start took. */
  seconds: number;
}

/** Tells a person that the system is ready, and where everything is. */
export function announce({
  url,
  webUi,
  database,
  dataDir,
  mailDir,
  logDir,
  isNew,
  seconds,
}: Announcement): void {
  const isKept = dataDir !== "memory";
  const lines = [
    ["API", url],
    ["Docs", `${url}/docs  ${url}/redoc`],
    ...(webUi === undefined ? [] : [["Pages", `${webUi}  (ActivityWatch's)`]]),
    ["Data", process.env.DATABASE_URL ? database.description : isKept ? shortPath(dataDir) : IN_MEMORY],
    ...(mailDir === undefined ? [] : [["Mail", shortPath(mailDir)]]),
    ...(logDir === undefined ? [] : [["Logs", shortPath(logDir)]]),
    ...(isNew && isKept ? [["Next", `${createSuperUser(dataDir)}, in another terminal`]] : []),
  ];
  print();
  print(`${strong("Ready")} ${subdued(`in ${seconds.toFixed(1)} s`)}`);
  print();
  for (const [name = "", text = ""] of lines) print(`  ${strong(name.padEnd(6))}${text}`);
  print();
  print(subdued("  Ctrl-C stops it."));
  print();
}

const IN_MEMORY = "in memory: all of it is gone when this ends";

function createSuperUser(dataDir: string): string {
  return `npm run create-super-user${dataDir === DATA_DIR ? "" : ` -- --data ${dataDir}`}`;
}

/** As short as it can be said from here. */
export function shortPath(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere.startsWith("..") ? path : fromHere;
}
