import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { app } from "../../src/app.ts";
import { startProcess } from "../support/command.ts";
import { ROOT } from "../support/guides.ts";

/**
 * Pairs of paths that Redocly reports, but the API must have. Redocly compares only paths; the test below ensures that no request
 * matches both.
 */
const ACCEPTED = [
  ["/roles/name/{role_name}", "/roles/{role_id}/restore"],
  ["/roles/name/{role_name}", "/roles/{role_id}/permissions"],
  ["/permissions/name/{permission_name}", "/permissions/{permission_id}/restore"],
  ["/organizations/slug/{slug}", "/organizations/{organization_id}/restore"],
  ["/organizations/slug/{slug}", "/organizations/{organization_id}/transfer"],
  ["/organizations/slug/{slug}", "/organizations/{organization_id}/members"],
  ["/organizations/slug/{slug}", "/organizations/{organization_id}/roles"],
  ["/organizations/slug/{slug}", "/organizations/{organization_id}/audit"],
  ["/organizations/slug/{slug}", "/organizations/{organization_id}/invitations"],
  ["/organizations/slug/{slug}", "/organizations/{organization_id}/departments"],
] as const;

/** Operations without an error: they use no database, no input and no body. */
const WITHOUT_ERRORS = [
  "#/paths/~1/get/responses",
  "#/paths/~1health/get/responses",
  "#/paths/~1.well-known~1authzen-configuration/get/responses",
];

const SETTINGS = {
  ENVIRONMENT: "development",
  LOG_LEVEL: "error",
  AUTH_SECRET: "local-secret-of-the-tests-0123456789-abcdefghij",
  DATABASE_URL: "postgres://test:test@database.test/none",
};

const BIN = join(ROOT, "node_modules/.bin");

let folder: string;
interface Parameter {
  in: string;
  schema?: { format?: string };
}

let document: { paths: Record<string, Record<string, { parameters?: Parameter[] }>> };
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "openapi-lint-"));
  document = await (await app.fetch(new Request("http://api.test/openapi.json"), SETTINGS)).json();
  await writeFile(join(folder, "openapi.json"), JSON.stringify(document, null, 2));
  await writeFile(join(folder, "spectral.yaml"), "extends: [spectral:oas]\n");
  await writeFile(join(folder, "redocly.yaml"), "extends: [recommended]\n");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs a linter on the document without telemetry. Returns its output. */
async function lint(program: string, ...args: string[]): Promise<string> {
  const quiet = { REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true", NO_COLOR: "1" };
  const env = { ...process.env, ...quiet };
  const { ended } = startProcess(join(BIN, program), ["lint", "openapi.json", ...args], { cwd: folder, env });
  const { stdout, stderr } = await ended;
  // A linter that fails to run prints something other than a list of problems.
  expect(stdout, stderr).toMatch(/^[[{]/);
  return stdout;
}

describe("the OpenAPI document", () => {
  it("equals the committed file", async () => {
    const committed = await readFile(join(ROOT, "docs/openapi.json"), "utf8");
    const isServed = committed === `${JSON.stringify(document, null, 2)}\n`;
    expect(isServed, "Run `npm run build`, and commit docs/openapi.json.").toBe(true);
  });

  it("has no problem in Spectral, not even a hint", async () => {
    const output = await lint("spectral", "--ruleset", "spectral.yaml", "--format", "json", "--quiet");
    expect(JSON.parse(output)).toEqual([]);
  });

  it("has no problem in Redocly except required paths and operations without errors", async () => {
    const output = await lint("redocly", "--config", "redocly.yaml", "--format", "json");
    const { problems }: { problems: { ruleId: string; location: { pointer: string }[] }[] } =
      JSON.parse(output);
    const isMissingError = ({ ruleId }: { ruleId: string }) => ruleId === "operation-4xx-response";
    expect(problems.filter(isMissingError).map(({ location }) => location[0]?.pointer)).toEqual(
      WITHOUT_ERRORS,
    );
    expect(problems.filter((problem) => !isMissingError(problem))).toEqual(
      ACCEPTED.map(([one, other]) =>
        expect.objectContaining({
          ruleId: "no-ambiguous-paths",
          message: expect.stringContaining(`\`${one}\` and \`${other}\``),
        }),
      ),
    );
  });

  it.each(ACCEPTED)("has no method for both %s and %s, unless the second one has a UUID", (one, other) => {
    const methods = Object.keys(document.paths[one] ?? {});
    expect(methods.length).toBeGreaterThan(0);
    const shared = Object.entries(document.paths[other] ?? {}).filter(([method]) => methods.includes(method));
    for (const [, { parameters }] of shared) {
      const id = parameters?.find((parameter) => parameter.in === "path");
      expect(id?.schema?.format).toBe("uuid");
    }
  });
});
