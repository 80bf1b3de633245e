import { fileURLToPath } from "node:url";
import { app } from "../app.ts";
import { createSecret } from "./local/local-secret.ts";

/** Where the repository keeps the OpenAPI document: for generators of clients, and so that a change of the API shows in a diff. */
export const DOCUMENT_PATH = fileURLToPath(new URL("../../docs/openapi.json", import.meta.url));

/** Returns the text of `docs/openapi.json`: what a deployment with default settings serves at `/openapi.json`, indented. */
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
