import { describe, expect, it } from "vitest";
import { mannWhitney, median, quantile } from "./support/statistics.ts";

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

describe("quantiles", () => {
  it("are values of the sample, in whatever order it comes", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(quantile(range(0, 100), 0.99)).toBe(99);
    expect(quantile([], 0.99)).toBe(0);
  });
});

describe("the rank test of Mann and Whitney", () => {
  it("gives the figures of the textbook", () => {
    // Hollander and Wolfe 1973, p. 69, as in the manual of R's wilcox.test: W = 35; exactly, p is 0.2544.
    const { p, superiority } = mannWhitney(
      [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46],
      [1.15, 0.88, 0.9, 0.74, 1.21],
    );
    expect(superiority).toBeCloseTo(35 / 50, 10);
    expect(p).toBeCloseTo(0.2446, 3);
  });

  it("tells apart what differs, whichever comes first", () => {
    const [low, high] = [range(0, 200), range(100, 300)];
    expect(mannWhitney(low, high).p).toBeLessThan(1e-10);
    expect(mannWhitney(high, low).p).toBeCloseTo(mannWhitney(low, high).p, 12);
    expect(mannWhitney(high, low).superiority).toBeGreaterThan(0.8);
  });

  it("does not tell apart what is the same, nor what is all ties", () => {
    expect(mannWhitney(range(0, 200), range(0, 200))).toEqual({ p: expect.closeTo(1, 6), superiority: 0.5 });
    expect(mannWhitney([1, 1, 1], [1, 1, 1])).toEqual({ p: 1, superiority: 0.5 });
  });

  it("calls one in twenty different that are not, at the level of 0.05", () => {
    let seed = 1;
    const random = () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    const sample = () => Array.from({ length: 50 }, random);
    const found = range(0, 2000).filter(() => mannWhitney(sample(), sample()).p < 0.05).length;
    expect(found / 2000).toBeGreaterThan(0.03);
    expect(found / 2000).toBeLessThan(0.07);
  });
});
