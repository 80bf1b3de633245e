import fc from "fast-check";
import Papa from "papaparse";
import { expect, it } from "vitest";
import { parseCsv, toCsv, unquoteFormula } from "../../src/core/csv.ts";

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

const LIMITS = { rows: 3, columns: 4 };

it("reads rows with whichever separator and line ends, and leaves blank ones out", () => {
  const rows = [
    ["a", "b"],
    ["1", 'x,"y"\nz'],
  ];
  const forms = [...",;\t|"].flatMap((separator) => ["\n", "\r\n"].map((end) => [separator, end] as const));
  for (const [separator, end] of forms) {
    const text = ["a,b", "", '1,"x,""y""\nz"', " "].map((line) => line.replace(",", separator)).join(end);
    expect(parseCsv(text, LIMITS), JSON.stringify([separator, end])).toEqual(rows);
  }
});

it("stops at the first row, column or quote that is too much", () => {
  expect(parseCsv("1,2,3,4\n".repeat(3), LIMITS)).toHaveLength(3);
  expect(parseCsv("1,2,3,4\n".repeat(4), LIMITS)).toBe("rows");
  expect(parseCsv("1,2\n1,2,3,4,5\n", LIMITS)).toBe("columns");
  expect(parseCsv('x,"",'.repeat(100_000), LIMITS)).toBe("columns");
  expect(parseCsv('1,2\n"1,2\n', LIMITS)).toBe("quotes");
  expect(parseCsv("\n".repeat(1_000_000), LIMITS)).toEqual([]);
});
