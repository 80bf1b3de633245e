import fc from "fast-check";
import Papa from "papaparse";
import { expect, it } from "vitest";
import { parseCsv, toCsv, unquoteFormula } from "../../src/core/csv.ts";

/** Generates text with the characters that are dangerous in CSV. */
const text = fc.string({
  unit: fc.oneof(fc.constantFrom(..."=+-@'\"\t\r\n, ;＝\uFEFF"), fc.string({ unit: "binary", maxLength: 1 })),
});
const table = fc.array(fc.array(text, { minLength: 2, maxLength: 2 }), { minLength: 1 });

const read = (csv: string) => Papa.parse<string[]>(csv, { delimiter: "," }).data.slice(0, -1);

it("preserves every text, and begins no cell as a formula", () => {
  fc.assert(
    fc.property(table, (rows) => {
      const cells = read(`head,head\r\n${toCsv(rows)}`).slice(1);
      expect(cells.map((row) => row.map(unquoteFormula))).toEqual(rows);
      for (const cell of cells.flat()) expect(cell).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/);
    }),
    { numRuns: 500 },
  );
});

it("writes numbers, instants and empty values unchanged", () => {
  expect(toCsv([[-1, true, null, new Date(0), ""]])).toBe("-1,true,,1970-01-01T00:00:00.000Z,\r\n");
  expect(toCsv([])).toBe("");
});

it("keeps a leading quote that guards no formula", () => {
  expect(unquoteFormula("'tis")).toBe("'tis");
  expect(unquoteFormula("'=1")).toBe("=1");
  expect(unquoteFormula("''=1")).toBe("'=1");
});

const LIMITS = { rows: 3, columns: 4 };
const cellsOf = (text: string) => {
  const read = parseCsv(text, LIMITS);
  return typeof read === "string" ? read : read.map(({ cells }) => cells);
};
const numbersOf = (text: string) => {
  const read = parseCsv(text, { rows: 100, columns: 4 });
  return typeof read === "string" ? read : read.map(({ row, cells }) => (cells ? row : -row));
};

it("reads rows with any separator and line ends, and skips blank rows", () => {
  const rows = [
    ["a", "b"],
    ["1", 'x,"y"\nz'],
  ];
  const forms = [...",;\t|"].flatMap((separator) =>
    ["\n", "\r\n", "\r"].flatMap((end) =>
      ["", `sep=${separator}${end}`].map((head) => [separator, end, head] as const),
    ),
  );
  for (const [separator, end, head] of forms) {
    const lines = ["a,b", "", '1,"x,""y""\nz"', " "].map((line) => line.replace(",", separator));
    expect(cellsOf(head + lines.join(end)), JSON.stringify([separator, end, head])).toEqual(rows);
  }
});

it("reads its own output, and agrees with Papa Parse on other input", () => {
  fc.assert(
    fc.property(table, (rows) => {
      const csv = `head,head\r\n${toCsv(rows)}`;
      const ours = parseCsv(csv, { rows: 1000, columns: 2 });
      const theirs = read(csv).filter((row) => row.join("").trim() !== "");
      expect(typeof ours === "string" ? ours : ours.map(({ cells }) => cells)).toEqual(theirs);
    }),
    { numRuns: 500 },
  );
});

it("stops at the first row or column beyond the limit", () => {
  expect(parseCsv("1,2,3,4\n".repeat(3), LIMITS)).toHaveLength(3);
  expect(parseCsv("1,2,3,4\n".repeat(4), LIMITS)).toBe("rows");
  expect(parseCsv("1,2\n1,2,3,4,5\n", LIMITS)).toBe("columns");
  expect(parseCsv('x,"",'.repeat(100_000), LIMITS)).toBe("columns");
  expect(parseCsv("\n".repeat(1_000_000), LIMITS)).toEqual([]);
});

it.each([
  ["never closed", '"1,2', [1, -2, 3, 4]],
  ["never closed, further on", '1,"2', [1, -2, 3, 4]],
  ["doubled and then never closed", '1,"5"" pipe" and so on', [1, -2, 3, 4]],
  ["closed early", '1,"5" pipe', [1, -2, 3, 4]],
  ["closed early, and opened again", '"a" and "b",2', [1, -2, 3, 4]],
  ["in a cell without", '1,5" pipe', [1, 2, 3, 4]],
])("reports a quote that is %s for its own line only", (_, line, rows) => {
  expect(numbersOf(`a,b\n${line}\n1,2\n"1","2"\n`)).toEqual(rows);
  expect(numbersOf(`\n\na,b\n\n${line}\n\n1,2\n`)).toEqual([
    3,
    ...rows.slice(1, 2).map((row) => (row < 0 ? -5 : 5)),
    7,
  ]);
});

it.each(["\n", "\r\n", "\r"])("numbers rows by the lines where they begin, with line ends %j", (end) => {
  const lines = ["", "a,b", '1,"2', "", '2"', "3,4", "", '"5 ', "6,7", '8,"9', '10"', ""];
  expect(numbersOf(lines.join(end))).toEqual([2, 3, 6, -8, 9, 10]);
  expect(numbersOf(`sep=,${end}${lines.join(end)}`)).toEqual([3, 4, 7, -9, 10, 11]);
});

it("reads a million characters of bad quotes to the end", () => {
  for (const line of ['"\n', '1,"\n', '"a""\n', '""a\n', '"""\n', 'a,""""""\n"\n']) {
    const text = line.repeat(Math.floor(1_000_000 / line.length));
    const rows = parseCsv(text, { rows: 1_000_000, columns: 4 });
    expect(Array.isArray(rows), JSON.stringify(line)).toBe(true);
  }
});
