/** The part of JSON Schema that the OpenAPI document uses. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  anyOf?: Schema[];
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  example?: unknown;
}

/** Documented parameter of an operation. */
export interface Parameter {
  name: string;
  in: "path" | "query" | "header";
  required?: boolean;
  schema: Schema;
}

type Content = Record<string, { schema?: Schema; example?: unknown }>;

interface DocumentedOperation {
  operationId: string;
  security?: unknown[];
  parameters?: Parameter[];
  requestBody?: { required?: boolean; content: Content };
  responses: Record<string, { content?: Content }>;
}

/** OpenAPI document, as far as the fuzzer reads it. */
export interface OpenApiDocument {
  paths: Record<string, Record<string, DocumentedOperation>>;
  components: { schemas: Record<string, Schema> };
}

/** Operation in the form that the fuzzer uses. */
export interface Operation {
  operationId: string;
  method: string;
  path: string;
  isPublic: boolean;
  parameters: Parameter[];
  body: { type: string; schema: Schema; isRequired: boolean } | undefined;
  /** Schemas of JSON responses, by status. */
  answers: Record<string, Schema | undefined>;
}

/** Returns the operations of the document. */
export const operationsOf = ({ paths }: OpenApiDocument): Operation[] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId, security, parameters = [], ...documented }]) => ({
      operationId,
      method: method.toUpperCase(),
      path,
      isPublic: security?.length === 0,
      parameters,
      body: bodyOf(documented.requestBody),
      answers: Object.fromEntries(
        Object.entries(documented.responses).map(([status, { content }]) => [
          status,
          content?.["application/json"]?.schema,
        ]),
      ),
    })),
  );

function bodyOf(documented: DocumentedOperation["requestBody"]): Operation["body"] {
  const [content] = Object.entries(documented?.content ?? {});
  if (!content) return undefined;
  const [documentedType, { schema = {}, example }] = content;
  const type = documentedType === "*/*" ? "application/json" : documentedType;
  const isRequired = documented?.required === true;
  return { type, schema: example === undefined ? schema : { ...schema, example }, isRequired };
}
