import { sha256 } from "../../../core/security/encoding.ts";

/** Entry and times of a row, as they are hashed into a key. Their JSON must not change, so that rows are recognized again. */
export type Statement = readonly [entry: object, times: object];

/** Statements by which a row is recognized when it is imported again. */
export interface Identity {
  /** Meaning of the row: equal for all forms of its times and length. */
  meaning: Statement;
  /** Form of the row, by which earlier releases recognized it. */
  written: Statement;
  /** Other forms by which earlier releases recognized a row with this meaning. */
  alternatives: readonly Statement[];
}

export interface Keys {
  key: string;
  /** Keys under which an earlier release may have imported the row. */
  former_keys: string[];
}

/** Adds keys to rows: hashes of the meaning of each, with its position among the rows of the same meaning. */
export function addKeys<Row extends { identity: Identity }>(
  rows: readonly Row[],
): Promise<(Omit<Row, "identity"> & Keys)[]> {
  const [meant, written, alternatives] = [numberRepeats(), numberRepeats(), numberRepeats()];
  return Promise.all(
    rows.map(async ({ identity, ...row }) => {
      const name = meant(JSON.stringify(identity.meaning));
      const others = new Set(identity.alternatives.map((statement) => JSON.stringify(statement)));
      const former = new Set([written(JSON.stringify(identity.written)), ...[...others].map(alternatives)]);
      former.delete(name);
      const [key, ...former_keys] = await Promise.all([sha256(name), ...[...former].map(sha256)]);
      return { ...row, key, former_keys };
    }),
  );
}

/** Returns a function that distinguishes equal statements in JSON by the number of those before. */
function numberRepeats() {
  const seen = new Map<string, number>();
  return (statement: string): string => {
    const nth = seen.get(statement) ?? 0;
    seen.set(statement, nth + 1);
    return `${statement.slice(0, -1)},${nth}]`;
  };
}
