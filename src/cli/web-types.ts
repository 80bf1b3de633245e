import { fileURLToPath } from "node:url";
import { z } from "zod";

/** Path of the types of the API for the web app, which are generated from the OpenAPI document and committed. */
export const WEB_TYPES_PATH = fileURLToPath(new URL("../web/api/types.ts", import.meta.url));

const METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"] as const;

/** The part of a JSON schema that the document uses. */
const Schema = z.looseObject({
  $ref: z.string().optional(),
  type: z.union([z.string(), z.array(z.string())]).optional(),
  enum: z.array(z.unknown()).optional(),
  get items() {
    return Schema.optional();
  },
  get properties() {
    return z.record(z.string(), Schema).optional();
  },
  required: z.array(z.string()).default([]),
  get additionalProperties() {
    return z.union([z.boolean(), Schema]).optional();
  },
  get anyOf() {
    return z.array(Schema).optional();
  },
  get allOf() {
    return z.array(Schema).optional();
  },
});
type Schema = z.output<typeof Schema>;

const Content = z.record(z.string(), z.object({ schema: Schema.optional() })).default({});

const Parameter = z.object({
  name: z.string(),
  in: z.enum(["query", "path", "header", "cookie"]),
  required: z.boolean().default(false),
  schema: Schema,
});

const Operation = z.object({
  parameters: z.array(Parameter).default([]),
  requestBody: z.object({ content: Content, required: z.boolean().default(false) }).optional(),
  responses: z.record(z.string(), z.object({ content: Content })),
});

const Document = z.object({
  paths: z.record(z.string(), z.partialRecord(z.enum(METHODS), Operation)),
  components: z.object({ schemas: z.record(z.string(), Schema) }),
});

/**
 * Returns the source of the types that openapi-fetch takes, for the text of an OpenAPI document. Responses are limited to successes and to
 * one type for all errors, and have no headers: with all of them, the types would be three times as long.
 */
export function formatWebTypes(text: string): string {
  const { paths, components } = Document.parse(JSON.parse(text));
  const operations = Object.entries(paths).map(
    ([path, methods]) =>
      `  ${quote(path)}: {\n${Object.entries(methods)
        .map(([method, operation]) => `    ${method}: ${formatOperation(operation)};\n`)
        .join("")}  };\n`,
  );
  const schemas = Object.entries(components.schemas).map(
    ([name, schema]) => `  ${quote(name)}: ${formatType(schema)};\n`,
  );
  return `// Written by src/cli/web-types.ts from docs/openapi.json.

type Refused = { content: { "application/json": Schemas["ErrorResponse"] } };

export interface Schemas {
${schemas.join("")}}

export interface paths {
${operations.join("")}}
`;
}

type Operation = z.output<typeof Operation>;

function formatOperation({ parameters, requestBody, responses }: Operation): string {
  const kinds = ["query", "path", "header"].flatMap((kind) => {
    const ofKind = parameters.filter((parameter) => parameter.in === kind);
    if (ofKind.length === 0) return [];
    const isOptional = ofKind.every(({ required }) => !required);
    return [`${kind}${isOptional ? "?" : ""}: ${formatFields(ofKind)}`];
  });
  const body = requestBody && [
    `requestBody${requestBody.required ? "" : "?"}: { content: ${formatContent(requestBody.content)} }`,
  ];
  const successes = Object.entries(responses).flatMap(([status, { content }]) =>
    Number(status) < 400 ? [`${status}: { content: ${formatContent(content)} }`] : [],
  );
  return formatObject([
    ...(kinds.length > 0 ? [`parameters: ${formatObject(kinds)}`] : []),
    ...(body ?? []),
    `responses: ${formatObject([...successes, "default: Refused"])}`,
  ]);
}

const formatContent = (content: z.output<typeof Content>): string =>
  Object.keys(content).length === 0
    ? "never"
    : formatObject(
        Object.entries(content).map(
          ([type, { schema }]) =>
            `${quote(type)}: ${type.endsWith("json") && schema ? formatType(schema) : "string"}`,
        ),
      );

const formatFields = (fields: z.output<typeof Parameter>[]): string =>
  formatObject(
    fields.map(({ name, required, schema }) => `${quote(name)}${required ? "" : "?"}: ${formatType(schema)}`),
  );

/** Returns a schema as a type. A schema that says nothing about the type is unknown. */
function formatType(schema: Schema): string {
  if (schema.$ref !== undefined) return `Schemas[${JSON.stringify(schema.$ref.split("/").at(-1))}]`;
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (schema.anyOf) return schema.anyOf.map(formatType).join(" | ");
  // The other members only describe the first.
  if (schema.allOf) return schema.allOf[0] ? formatType(schema.allOf[0]) : "unknown";
  return (
    [schema.type ?? []]
      .flat()
      .map((type) => formatSimple(type, schema))
      .join(" | ") || "unknown"
  );
}

function formatSimple(type: string, { items, properties, required, additionalProperties }: Schema): string {
  if (type === "array") return `Array<${items ? formatType(items) : "unknown"}>`;
  if (type !== "object") return type === "integer" ? "number" : type;
  if (properties)
    return formatObject(
      Object.entries(properties).map(
        ([name, schema]) => `${quote(name)}${required.includes(name) ? "" : "?"}: ${formatType(schema)}`,
      ),
    );
  return `Record<string, ${typeof additionalProperties === "object" ? formatType(additionalProperties) : "unknown"}>`;
}

const formatObject = (members: string[]): string => `{ ${members.join("; ")} }`;

const quote = (name: string): string => (/^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name));
