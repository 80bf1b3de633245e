import { sha256 } from "../../../core/security/encoding.ts";

/** What a row says of its entry, and of its times. */
type Statement = readonly [entry: object, times: object];

/** By what a row is known when it comes again. */
export interface Identity {
  /** What it means: the same in all forms in which its times and its length can be written. */
  meaning: Statement;
  /** How it is written: by this earlier releases knew it. */
  written: Statement;
  /** How earlier releases knew a row that means this and was written in other forms. */
  otherwise: readonly Statement[];
}

export interface Keys {
  key: string;
  /** Those under which an earlier release may have imported it. */
  former_keys: string[];
}

/** Gives each row its keys: what it means, and which it is of those that mean it. */
export function addKeys<Row extends { identity: Identity }>(
  rows: readonly Row[],
): Promise<(Omit<Row, "identity"> & Keys)[]> {
  const [meant, written, otherwise] = [counter(), counter(), counter()];
  return Promise.all(
    rows.map(async ({ identity, ...row }) => {
      const name = meant(JSON.stringify(identity.meaning));
      const others = new Set(identity.otherwise.map((statement) => JSON.stringify(statement)));
      const former = new Set([written(JSON.stringify(identity.written)), ...[...others].map(otherwise)]);
      former.delete(name);
      const [key, ...former_keys] = await Promise.all([sha256(name), ...[...former].map(sha256)]);
      return { ...row, key, former_keys };
    }),
  );
}

/** Returns a function that tells statements in JSON that are the same apart, by how many came before. */
function counter() {
  const seen = new Map<string, number>();
  return (statement: string): string => {
    const nth = seen.get(statement) ?? 0;
    seen.set(statement, nth + 1);
    return `${statement.slice(0, -1)},${nth}]`;
  };
}
