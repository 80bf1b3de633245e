import type { Operation, Schema } from "./document.ts";

/**
 * Returns the kind of the ids in the responses of each operation, such as `role_id` for operations that return a role. Kinds come from the
 * parameters of paths.
 */
export function kindsOf(operations: Operation[]): Map<string, string> {
  const bySchema = new Map<string, string>();
  const name = (schema: Schema | undefined, kind: string) => {
    if (schema?.$ref && !bySchema.has(schema.$ref)) bySchema.set(schema.$ref, kind);
  };
  const answersOf = (method: string, wanted: string) =>
    operations.find((operation) => operation.method === method && operation.path === wanted)?.answers ?? {};
  const nested = operations.flatMap(({ path }) => {
    const [, collection, kind] = /^(.+)\/\{(\w+_id)\}$/.exec(path) ?? [];
    return collection === undefined || kind === undefined ? [] : [{ path, collection, kind }];
  });
  for (const { path, kind } of nested) name(answersOf("GET", path)[200], kind);
  // After these, since adding to a collection can return its whole, such as the team of a member.
  for (const { collection, kind } of nested) {
    name(answersOf("GET", collection)[200]?.items, kind);
    name(answersOf("POST", collection)[201], kind);
  }
  const kindOf = (schema: Schema | undefined) => bySchema.get(schema?.$ref ?? schema?.items?.$ref ?? "");
  return new Map(
    operations.flatMap(({ operationId, answers }) => {
      const kind = kindOf(answers[200] ?? answers[201]);
      return kind ? [[operationId, kind]] : [];
    }),
  );
}
