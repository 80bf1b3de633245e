import * as fc from "fast-check";

/** Part of a regular expression that both the service's engine and the JavaScript runtime can express. */
type Part =
  | { kind: "atom"; atom: keyof typeof ATOMS }
  | { kind: "sequence"; parts: Part[] }
  | { kind: "choice"; parts: Part[] }
  | { kind: "repeat"; part: Part; times: string }
  | { kind: "group"; part: Part; opening: string }
  | { kind: "named"; part: Part; between: Part }
  | { kind: "atomic"; part: Part };

const WORD = "[\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}]";

/** Atoms in the service's syntax, each with the equivalent for the runtime. */
const ATOMS = {
  a: "a",
  b: "b",
  c: "c",
  "\\d": "\\p{Nd}",
  "\\w": WORD,
  "\\W": `[^${WORD}]`,
  "\\s": "\\s",
  "\\b": `(?:(?<=${WORD})(?!${WORD})|(?<!${WORD})(?=${WORD}))`,
  "\\B": `(?:(?<=${WORD})(?=${WORD})|(?<!${WORD})(?!${WORD}))`,
  "^": "^",
  $: "$",
  "\\A": "(?<![^])",
  "\\Z": "(?![^])",
  "[ab]": "[ab]",
  "[^a-b]": "[^a-b]",
  "[]\\w.]": `[\\]${WORD}.]`,
  "\\.": "\\.",
  é: "é",
  "😀": "😀",
  "[é😀]": "[é😀]",
} as const;

const TIMES = ["*", "+", "?", "{2}", "{1,}", "{0,3}", "*?", "{2,3}?"];

/** Groups, lookarounds and flags, which are written in the same way for both. */
const OPENINGS = ["(", "(?:", "(?=", "(?!", "(?<=", "(?<!", "(?i:", "(?-i:", "(?m:", "(?s-m:"];

const { part } = fc.letrec<{ part: Part }>((tie) => ({
  part: fc.oneof(
    { depthSize: "small", maxDepth: 4, withCrossShrink: true },
    fc.record({
      kind: fc.constant("atom" as const),
      atom: fc.constantFrom(...(Object.keys(ATOMS) as (keyof typeof ATOMS)[])),
    }),
    fc.record({
      kind: fc.constantFrom("sequence" as const, "sequence" as const, "choice" as const),
      parts: fc.array(tie("part"), { minLength: 1, maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant("repeat" as const), part: tie("part"), times: fc.constantFrom(...TIMES) }),
    fc.record({
      kind: fc.constant("group" as const),
      part: tie("part"),
      opening: fc.constantFrom(...OPENINGS),
    }),
    fc.record({ kind: fc.constant("named" as const), part: tie("part"), between: tie("part") }),
    fc.record({ kind: fc.constant("atomic" as const), part: tie("part") }),
  ),
}));

/** Returns both forms of a part. A lookbehind must not contain a named group, so names are left out in it. */
function write(part: Part, names: { count: number }, isBehind: boolean): { source: string; native: string } {
  const inner = (one: Part) => write(one, names, isBehind);
  const wrap = (opening: string, { source, native }: { source: string; native: string }, times = "") => ({
    source: `${opening}${source})${times}`,
    native: `${opening}${native})${times}`,
  });
  switch (part.kind) {
    case "atom":
      return { source: part.atom, native: ATOMS[part.atom] };
    case "sequence":
    case "choice": {
      const parts = part.parts.map(inner);
      const sign = part.kind === "choice" ? "|" : "";
      const whole = {
        source: parts.map(({ source }) => source).join(sign),
        native: parts.map(({ native }) => native).join(sign),
      };
      return wrap("(?:", whole);
    }
    case "repeat":
      return wrap("(?:", inner(part.part), part.times);
    case "group":
      return wrap(part.opening, write(part.part, names, isBehind || part.opening.startsWith("(?<")));
    case "named": {
      if (isBehind) return inner(part.part);
      const name = `g${names.count++}`;
      const [named, between] = [inner(part.part), inner(part.between)];
      return {
        source: `(?P<${name}>${named.source})${between.source}(?P=${name})`,
        native: `(?<${name}>${named.native})${between.native}\\k<${name}>`,
      };
    }
    case "atomic": {
      // The runtime has no atomic groups; a lookahead with a backreference does the same.
      if (isBehind) return inner(part.part);
      const name = `g${names.count++}`;
      const { source, native } = inner(part.part);
      return { source: `(?>${source})`, native: `(?:(?=(?<${name}>${native}))\\k<${name}>)` };
    }
  }
}

/** Random expressions in the service's syntax, each with an equivalent for the runtime. */
export const writtenExpressions = part.map((written) => write(written, { count: 0 }, false));

/** Random texts of the characters that the expressions contain. */
export const text = fc.string({
  unit: fc.constantFrom("a", "b", "c", "A", "B", "1", "٣", " ", ".", "_", "]", "é", "É", "😀", "\n"),
  maxLength: 12,
});
