/** Whether only a quick try is wanted: BENCH_SHORT=1 measures little, and so says little. */
export const IS_SHORT = process.env.BENCH_SHORT === "1";

/** A part of the bench: measures something, prints it, and writes it down. */
export type Part = () => Promise<void>;
