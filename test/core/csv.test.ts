import fc from "fast-check";
import Papa from "papaparse";
import { expect, it } from "vitest";
import { toCsv, unquoteFormula } from "../../src/core/csv.ts";

/** Of what is dangerous in CSV more than elsewhere. */
const text = fc.string({
  unit: fc.oneof(fc.constantFrom(..."=+-@'\"\t\r\n, ;＝\uFEFF"), fc.string({ unit: "binary", maxLength: 1 })),
});
const table = fc.array(fc.array(text, { minLength: 2, maxLength: 2 }), { minLength: 1 });

const read = (csv: string) => Papa.parse<string[]>(csv, { delimiter: "," }).data.slice(0, -1);

it("gives every text back, and no cell begins as a formula", () => {
  fc.assert(
    fc.property(table, (rows) => {
      const cells = read(`head,head\r\n${toCsv(rows)}`).slice(1);
      expect(cells.map((row) => row.map(unquoteFormula))).toEqual(rows);
      for (const cell of cells.flat()) expect(cell).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/);
    }),
    { numRuns: 500 },
  );
});

it("writes numbers, instants and nothing as they are", () => {
  expect(toCsv([[-1, true, null, new Date(0), ""]])).toBe("-1,true,,1970-01-01T00:00:00.000Z,\r\n");
  expect(toCsv([])).toBe("");
});

it("leaves a quote that keeps no formula", () => {
  expect(unquoteFormula("'tis")).toBe("'tis");
  expect(unquoteFormula("'=1")).toBe("=1");
  expect(unquoteFormula("''=1")).toBe("'=1");
});
