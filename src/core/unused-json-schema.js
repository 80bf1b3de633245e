/**
 * In the bundle, replaces Zod's conversion to JSON schemas, which this service never runs: see `alias` in wrangler.toml. It is a module with
 * names, since Zod exports all of them again.
 */

const refuse = () => {
  throw new Error("Zod's JSON schemas are left out of this build");
};

export {
  refuse as createStandardJSONSchemaMethod,
  refuse as createToJSONSchemaMethod,
  refuse as extractDefs,
  refuse as finalize,
  refuse as handleUnrepresentable,
  refuse as initializeContext,
  refuse as processSchema,
};
