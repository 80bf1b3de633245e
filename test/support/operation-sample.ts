interface Operation {
  operationId: string;
  tags: string[];
}

/** OpenAPI document, as far as the sample depends on it. */
export interface OpenApiDocument {
  tags: { name: string }[];
  paths: Record<string, Record<string, Operation>>;
}

/** Keys whose values count as traits, such as types and formats. */
const KINDS = new Set(["type", "format", "in"]);
/** Keys whose values are data, not schemas. */
const DATA = new Set(["example", "examples", "default", "enum", "const", "required", "security", "tags"]);
/** Keys whose values are maps by names that the API chooses. */
const NAMED = new Set(["properties", "headers"]);

/** Returns the operations of each group, in the order of the groups in the document. */
export function groupsOf({ tags, paths }: OpenApiDocument): Map<string, Operation[]> {
  const operations = Object.values(paths).flatMap((methods) => Object.values(methods));
  return new Map(
    tags.map(({ name }) => [name, operations.filter((operation) => operation.tags.includes(name))]),
  );
}

/**
 * Returns the ids of a few operations that together have all keywords, types, formats, media types, parameter locations and statuses of
 * the document, including the schemas that they refer to.
 */
export function sampleOperations(document: OpenApiDocument): string[] {
  const traits = [...groupsOf(document).values()].flat().map(({ operationId, ...operation }) => ({
    operationId,
    uncovered: new Set(traitsOf(operation, document, new Set())),
  }));
  const sample: string[] = [];
  for (;;) {
    const next = traits.reduce((best, candidate) =>
      candidate.uncovered.size > best.uncovered.size ? candidate : best,
    );
    if (next.uncovered.size === 0) return sample;
    sample.push(next.operationId);
    const covered = [...next.uncovered];
    for (const { uncovered } of traits) for (const trait of covered) uncovered.delete(trait);
  }
}

function traitsOf(node: unknown, document: object, followed: Set<string>): string[] {
  if (typeof node !== "object" || node === null) return [];
  if (Array.isArray(node)) return node.flatMap((item) => traitsOf(item, document, followed));
  return Object.entries(node).flatMap(([key, value]) => {
    if (key === "$ref") {
      if (followed.has(value)) return [];
      followed.add(value);
      return traitsOf(referredTo(value, document), document, followed);
    }
    if (KINDS.has(key)) return [value].flat().map((kind) => `${key} ${kind}`);
    if (DATA.has(key)) return [key];
    const inner = NAMED.has(key) ? Object.values(value) : value;
    return [key, ...traitsOf(inner, document, followed)];
  });
}

/** Returns the target of a reference such as `#/components/schemas/Role`. */
function referredTo(reference: string, document: object): unknown {
  const names = reference.split("/").slice(1);
  return names.reduce<unknown>(
    (node, name) => (node as Record<string, unknown> | undefined)?.[name],
    document,
  );
}
