import { relative } from "node:path";
import { DATA_DIR } from "./local/data-directory.ts";
import type { LocalDatabase } from "./local/local-database.ts";
import { print, strong, subdued } from "./output.ts";

/** Addresses and directories of a system that has started. */
export interface Announcement {
  url: string;
  /** URLs for other machines; empty if only this machine can connect. */
  networkUrls: string[];
  /** Address of the page that accepts a token for ActivityWatch's web interface; undefined if that is not served. */
  webUi: string | undefined;
  /** Address of the web app that reloads on edit; undefined if only the built one is served. */
  webDevelopment: string | undefined;
  database: LocalDatabase;
  dataDir: string;
  /** Undefined if a provider sends mail. */
  mailDir: string | undefined;
  /** Undefined if nothing is kept. */
  logDir: string | undefined;
  /** True if the database was empty, so that no account exists. */
  isNew: boolean;
  /** Duration of the start. */
  seconds: number;
}

/** Prints that the system is ready, with its addresses and directories. */
export function announce({
  url,
  networkUrls,
  webUi,
  webDevelopment,
  database,
  dataDir,
  mailDir,
  logDir,
  isNew,
  seconds,
}: Announcement): void {
  const isKept = dataDir !== "memory";
  const lines = [
    ["App", `${url}/app/`],
    ...(webDevelopment === undefined ? [] : [["", `${webDevelopment}  (reloads on edit)`]]),
    ["API", url],
    ...(networkUrls.length === 0 ? [] : [["Network", networkUrls.join("  ")]]),
    ["Docs", `${url}/docs  ${url}/redoc`],
    ...(webUi === undefined ? [] : [["Pages", `${webUi}  (ActivityWatch's web interface)`]]),
    ["Data", process.env.DATABASE_URL ? database.description : isKept ? shortPath(dataDir) : IN_MEMORY],
    ...(mailDir === undefined ? [] : [["Mail", shortPath(mailDir)]]),
    ...(logDir === undefined ? [] : [["Logs", shortPath(logDir)]]),
    ...(isNew && isKept ? [["Next", `${createSuperUser(dataDir)}, in another terminal`]] : []),
  ];
  print();
  print(`${strong("Ready")} ${subdued(`in ${seconds.toFixed(1)} s`)}`);
  print();
  for (const [name = "", text = ""] of lines) print(`  ${strong(name.padEnd(8))}${text}`);
  print();
  print(subdued("  This server is for development. To host the API, run node dist/server.js."));
  print(subdued("  Press Ctrl-C to stop."));
  print();
}

const IN_MEMORY = "in memory, lost when this process stops";

function createSuperUser(dataDir: string): string {
  return `npm run create-super-user${dataDir === DATA_DIR ? "" : ` -- --data ${dataDir}`}`;
}

/** Returns `path` relative to the working directory if it is inside it; otherwise returns `path` unchanged. */
export function shortPath(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere.startsWith("..") ? path : fromHere;
}
