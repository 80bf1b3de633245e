import { execFileSync } from "node:child_process";
import { join, resolve } from "node:path";
import { familyOf } from "../../support/command.ts";
import { startSystem } from "../../support/system.ts";
import type { Arena } from "./arena.ts";
import { cpuSecondsOf, residentMibOf } from "./processes.ts";
import { type Server, startNodeServer } from "./servers.ts";

const PROJECT = resolve(import.meta.dirname, "../../..");

/** The file that `npm run build:server` writes. */
export const OWN_SERVER = { directory: join(PROJECT, "dist"), main: "server.js" };

/** Names of the compared servers. */
export type ServerName = "npm start" | "bundle" | "dist/server.js" | "baseline";

/** A running server under comparison. */
export interface Candidate {
  name: ServerName;
  url: string;
  /** Returns the CPU seconds of all its processes but PostgreSQL's. */
  cpuSeconds(): number;
  /** Returns the resident memory of all its processes but PostgreSQL's, in MiB. */
  residentMib(): number;
  /** Runtime that computes its password hashes. */
  hashesIn: "workerd" | "Node";
}

/** Starts `npm start` and dist/server.js on the data of the arena, and returns all servers. They end with the arena. */
export async function startCandidates(arena: Arena): Promise<Candidate[]> {
  const system = await startSystem(settingsOf(arena));
  arena.closeWith(system.stop);
  const server = await startOwnServer(arena);
  return [
    {
      name: "npm start",
      url: system.origin,
      hashesIn: "workerd",
      ...metersOf(() => familyOf(system.process.pid)),
    },
    ...candidatesOf(arena).slice(0, 1),
    { name: "dist/server.js", url: server.url, hashesIn: "Node", ...metersOf(() => [server.pid]) },
    ...candidatesOf(arena).slice(1),
  ];
}

/** Builds dist/server.js and starts it with flags of Node on the data of the arena. It ends with the arena. */
export async function startOwnServer(arena: Arena, flags: string[] = []): Promise<Server> {
  execFileSync("npm", ["run", "--silent", "build:server"], {
    cwd: PROJECT,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const server = await startNodeServer(join(OWN_SERVER.directory, OWN_SERVER.main), settingsOf(arena), flags);
  arena.closeWith(server.stop);
  return server;
}

const settingsOf = ({ settings, serverDatabaseUrl }: Arena) => ({
  ...settings,
  DATABASE_URL: serverDatabaseUrl,
});

/** Returns the servers that each arena has: the Worker's bundle with its endpoint, and the baseline. */
export function candidatesOf({ worker, endpoint, baseline }: Arena): Candidate[] {
  return [
    { name: "bundle", url: worker.url, hashesIn: "workerd", ...metersOf(() => [worker.pid, endpoint.pid]) },
    { name: "baseline", url: baseline.url, hashesIn: "Node", ...metersOf(() => [baseline.pid]) },
  ];
}

const metersOf = (processes: () => number[]) => ({
  cpuSeconds: () => sum(processes().map(cpuSecondsOf)),
  residentMib: () => sum(processes().map(residentMibOf)),
});

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
