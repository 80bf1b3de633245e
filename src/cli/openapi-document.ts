import { fileURLToPath } from "node:url";
import { app } from "../app.ts";
import { createSecret } from "./local/local-secret.ts";

/** Path of the OpenAPI document, which is committed for client generators, and so that each change of the API shows in a diff. */
export const DOCUMENT_PATH = fileURLToPath(new URL("../../docs/openapi.json", import.meta.url));

/** Returns the text of `docs/openapi.json`: the document that a deployment with default settings serves, indented. */
export async function formatOpenApiDocument(): Promise<string> {
  const settings = {
    ENVIRONMENT: "development",
    LOG_LEVEL: "error",
    AUTH_SECRET: createSecret(),
    DATABASE_URL: "postgres://none",
  };
  const response = await app.fetch(new Request("http://localhost/openapi.json"), settings);
  if (!response.ok) throw new Error(`/openapi.json answers ${response.status}: ${await response.text()}`);
  return `${JSON.stringify(await response.json(), null, 2)}\n`;
}
