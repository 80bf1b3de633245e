import type { Operation, Schema } from "./document.ts";

/**
 * Returns the kind of the ids in the responses of each operation, such as `role_id` for operations that return a role. Kinds come from the
 * parameters of paths.
 */
export function kindsOf(operations: Operation[]): Map<string, string> {
  const bySchema = new Map<string, string>();
  for (const { path } of operations) {
    const [, collection, kind] = /^(.+)\/\{(\w+_id)\}$/.exec(path) ?? [];
    if (collection === undefined || kind === undefined) continue;
    for (const { method, answers, path: other } of operations) {
      const read = { [`GET ${path}`]: answers[200], [`GET ${collection}`]: answers[200]?.items };
      const created = { [`POST ${collection}`]: answers[201] };
      const schema = { ...read, ...created }[`${method} ${other}`];
      if (schema?.$ref) bySchema.set(schema.$ref, kind);
    }
  }
  const kindOf = (schema: Schema | undefined) => bySchema.get(schema?.$ref ?? schema?.items?.$ref ?? "");
  return new Map(
    operations.flatMap(({ operationId, answers }) => {
      const kind = kindOf(answers[200] ?? answers[201]);
      return kind ? [[operationId, kind]] : [];
    }),
  );
}
