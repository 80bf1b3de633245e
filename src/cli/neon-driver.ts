/** First statement of the part of the driver's module that connects through WebSockets. */
const POOL = "var Co=we(ot())";

/** Last statement of the module. */
const EXPORTS = "export{";

/** Names in the module of the exports that the Worker uses. */
const USED = { NeonDbError: "N", neon: "ys", neonConfig: "pe" };

/** Start of the function `neon` in the module, whose parameter `r` is the connection string. */
const NEON = "function ys(r,e={}){";

/**
 * Matches the function's parsing of the connection string, which it repeats in each request, with the parameters `me` of the client and the
 * query, whose names are in `_a`.
 */
const RESOLUTION = /await yi\(\s*r,me,\{application_name:vt\}\)/;

/**
 * Parts of the module that requests over HTTP never run, and what stands in for them: a `Buffer` for `bytea`, which no column has, in a
 * runtime without one; events of a socket; hashes of passwords; and results in PostgreSQL's binary format.
 */
const UNUSED: [string, string][] = [
  ["oi().Buffer", 'class extends Uint8Array{static from(){throw new Error("No Buffer in this build")}}'],
  ["Ti=we(ve(),1)", "Ti={EventEmitter:Object}"],
  ["Fu=(fr(),O(lr))", "Fu={}"],
  ["Su=ts()", "Su={init(){}}"],
];

/** Function in the module that returns `types`, which Drizzle imports. In the module, the pool provides them. */
const TYPES = "Je";

/**
 * Returns the source of the module of `@neondatabase/serverless` for the Worker: without its pool, with marks that let a bundler remove the
 * functions that only the pool uses, and with a client that parses its connection string once. The package has a single module, whose calls
 * at the top level a bundler must otherwise keep.
 *
 * @throws Error if this version of the module has another form
 */
export function withoutPool(source: string): string {
  const pool = source.indexOf(POOL);
  const exported = source.slice(source.lastIndexOf(EXPORTS)).replaceAll("\n", " ");
  for (const [name, local] of Object.entries(USED)) {
    if (!exported.includes(`${local} as ${name}`)) throw unknownForm(`${local} as ${name}`);
  }
  if (pool < 0) throw unknownForm(POOL);
  const exports = Object.entries(USED).map(([name, local]) => `${local} as ${name}`);
  const rest = markPure(withoutUnused(resolvingOnce(source.slice(0, pool))));
  return `${rest}export const types=${TYPES}();export{${exports.join(",")}};\n`;
}

/** Replaces parts of the module, so that a bundler removes what only they need. */
function withoutUnused(source: string): string {
  return UNUSED.reduce((rest, [part, replacement]) => {
    if (rest.split(part).length !== 2) throw unknownForm(part);
    return rest.replace(part, () => replacement);
  }, source);
}

/** Makes a client keep what its connection string resolves to, for queries without connection parameters of their own. */
function resolvingOnce(source: string): string {
  const [resolution] = RESOLUTION.exec(source) ?? [];
  if (resolution === undefined) throw unknownForm(String(RESOLUTION));
  if (!source.includes(NEON)) throw unknownForm(NEON);
  const isKept = 'typeof r=="string"&&_a.every(n=>me[n]===void 0)';
  return source
    .replace(NEON, `${NEON}let kept;`)
    .replace(resolution, `${isKept}?kept??=${resolution}:${resolution}`);
}

const unknownForm = (text: string) =>
  new Error(
    `The module of @neondatabase/serverless no longer contains ${text}. Update neon-driver.ts for this version.`,
  );

/**
 * Marks the calls of the bundler's own functions with which the module was made: `T` and `V` declare a module, `we` and `O` import one,
 * `se` declares exports, and `a` names a function. None has an effect if its result is unused.
 */
const markPure = (source: string): string =>
  source
    .replaceAll(/([=(,:?])(T|V|we|O|a)\(/g, "$1/* @__PURE__ */$2(")
    .replaceAll(/(^|[;}\n])(a|se)\(/g, "$1/* @__PURE__ */$2(");
