import { mkdir, writeFile } from "node:fs/promises";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { OUT } from "./bundle.ts";

export type Row = Record<string, string | number>;

/** Prints a table under a title. */
export function printTable(title: string, rows: readonly Row[]): void {
  console.log(`\n${title}`);
  console.table(rows);
}

/** Returns `value` with `digits` significant digits, for a table. */
export const rounded = (value: number, digits = 3): number => Number(value.toPrecision(digits));

/** Writes the results of a part to dist/bench/NAME.json, with the machine and the time. */
export async function writeResult(name: string, result: object): Promise<void> {
  await mkdir(OUT, { recursive: true });
  const machine = {
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    memory_gib: Math.round(totalmem() / 2 ** 30),
    node: process.version,
  };
  const path = join(OUT, `${name}.json`);
  await writeFile(path, `${JSON.stringify({ measured_at: new Date(), machine, ...result }, undefined, 2)}\n`);
  console.log(`Written: ${path}`);
}
