/** Returns the value below which `share` of `values` are (0.5 for the median), or 0 without values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** Returns the median of `values`, or 0 without values. */
export const median = (values: readonly number[]): number => quantile(values, 0.5);

export interface RankTest {
  /** Probability of ranks that differ at least this much, if both samples come from one distribution. */
  p: number;
  /** Share of pairs in which the value of the first sample is larger: 0.5 if the samples don't differ. */
  superiority: number;
}

/**
 * Computes the two-sided Mann–Whitney rank test, by the normal approximation with corrections for ties and continuity, which is accurate
 * for samples of at least 20 values.
 */
export function mannWhitney(first: readonly number[], second: readonly number[]): RankTest {
  const [m, n] = [first.length, second.length];
  const ranks = ranksOf([...first, ...second]);
  const rankSum = ranks.slice(0, m).reduce((sum, rank) => sum + rank, 0);
  const wins = rankSum - (m * (m + 1)) / 2;
  const tied = tieSizes(ranks).reduce((sum, size) => sum + size ** 3 - size, 0);
  const total = m + n;
  const variance = ((m * n) / 12) * (total + 1 - tied / (total * (total - 1)));
  const distance = Math.max(0, Math.abs(wins - (m * n) / 2) - 0.5);
  const p = variance === 0 ? 1 : 2 * upperTail(distance / Math.sqrt(variance));
  return { p: Math.min(1, p), superiority: wins / (m * n) };
}

/** Returns the rank of each value, from 1; equal values get the mean of their ranks. */
function ranksOf(values: readonly number[]): number[] {
  const order = values.map((_, index) => index).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const ranks: number[] = [];
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[order[end] ?? 0] === values[order[start] ?? 0]) end++;
    for (const index of order.slice(start, end)) ranks[index] = (start + 1 + end) / 2;
    start = end;
  }
  return ranks;
}

function tieSizes(ranks: readonly number[]): number[] {
  const sizes = new Map<number, number>();
  for (const rank of ranks) sizes.set(rank, (sizes.get(rank) ?? 0) + 1);
  return [...sizes.values()];
}

/** Returns the share of the normal distribution above `z` ≥ 0 (Abramowitz and Stegun 26.2.17; its error is below 1e-7). */
function upperTail(z: number): number {
  const t = 1 / (1 + 0.2316419 * z);
  const polynomial =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * polynomial;
}
