import { describe, expect, it } from "vitest";
import { mannWhitney, median, quantile } from "./support/statistics.ts";

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

describe("a quantile", () => {
  it("is a value of the sample, in any order of the sample", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(quantile(range(0, 100), 0.99)).toBe(99);
    expect(quantile([], 0.99)).toBe(0);
  });
});

describe("the Mann–Whitney rank test", () => {
  it("returns the figures of the textbook", () => {
    // Hollander and Wolfe 1973, p. 69, as in the manual of R's wilcox.test: W = 35; the exact p is 0.2544.
    const { p, superiority } = mannWhitney(
      [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46],
      [1.15, 0.88, 0.9, 0.74, 1.21],
    );
    expect(superiority).toBeCloseTo(35 / 50, 10);
    expect(p).toBeCloseTo(0.2446, 3);
  });

  it("detects different samples, in both orders", () => {
    const [low, high] = [range(0, 200), range(100, 300)];
    expect(mannWhitney(low, high).p).toBeLessThan(1e-10);
    expect(mannWhitney(high, low).p).toBeCloseTo(mannWhitney(low, high).p, 12);
    expect(mannWhitney(high, low).superiority).toBeGreaterThan(0.8);
  });

  it("finds no difference between equal samples, or between samples of ties", () => {
    expect(mannWhitney(range(0, 200), range(0, 200))).toEqual({ p: expect.closeTo(1, 6), superiority: 0.5 });
    expect(mannWhitney([1, 1, 1], [1, 1, 1])).toEqual({ p: 1, superiority: 0.5 });
  });

  it("finds a false difference in one of twenty pairs, at the level of 0.05", () => {
    let seed = 1;
    const random = () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    const sample = () => Array.from({ length: 50 }, random);
    const falsePositives = range(0, 2000).filter(() => mannWhitney(sample(), sample()).p < 0.05).length;
    expect(falsePositives / 2000).toBeGreaterThan(0.03);
    expect(falsePositives / 2000).toBeLessThan(0.07);
  });
});
