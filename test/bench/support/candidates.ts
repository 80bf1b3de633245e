import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { familyOf } from "../../support/command.ts";
import { startSystem } from "../../support/system.ts";
import type { Arena } from "./arena.ts";
import { cpuSecondsOf, residentMibOf } from "./processes.ts";
import { startNodeServer } from "./servers.ts";

const PROJECT = resolve(import.meta.dirname, "../../..");

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
  const settings = { ...arena.settings, DATABASE_URL: arena.serverDatabaseUrl };
  const system = await startSystem(settings);
  arena.closeWith(system.stop);
  execFileSync("npm", ["run", "--silent", "build:server"], {
    cwd: PROJECT,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const server = await startNodeServer(resolve(PROJECT, "dist/server.js"), settings);
  arena.closeWith(server.stop);
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
