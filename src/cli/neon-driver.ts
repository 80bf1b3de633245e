/** First statement of the part of the driver's module that connects through WebSockets. */
const POOL = "var Co=we(ot())";

/** Last statement of the module. */
const EXPORTS = "export{";

/** Names in the module of the exports that the Worker uses. */
const USED = { NeonDbError: "N", neon: "ys", neonConfig: "pe" };

/** Function in the module that returns `types`, which Drizzle imports. In the module, the pool provides them. */
const TYPES = "Je";

/**
 * Returns the source of the module of `@neondatabase/serverless` without its pool, and with marks that let a bundler remove the functions
 * that only the pool uses. The package has a single module, whose calls at the top level a bundler must otherwise keep.
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
  return `${markPure(source.slice(0, pool))}export const types=${TYPES}();export{${exports.join(",")}};\n`;
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
