/** Set by BENCH_SHORT=1 for a quick trial, whose figures mean little. */
export const IS_SHORT = process.env.BENCH_SHORT === "1";

/** A part of the benchmark: measures, prints the results, and writes them to a file. */
export type Part = () => Promise<void>;
