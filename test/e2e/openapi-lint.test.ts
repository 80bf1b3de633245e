import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { app } from "../../src/app.ts";
import { startProcess } from "../support/command.ts";
import { ROOT } from "../support/guides.ts";

/**
 * What Redocly says of addresses that the contract demands. It looks at paths alone; the test below sees to it
 * that no request fits both.
 */
const ACCEPTED = [
  ["/roles/name/{role_name}", "/roles/{role_id}/restore"],
  ["/roles/name/{role_name}", "/roles/{role_id}/permissions"],
  ["/permissions/name/{permission_name}", "/permissions/{permission_id}/restore"],
] as const;

/** Operations that refuse nothing: they ask the database nothing, take no input and read no body. */
const NEVER_REFUSED = [
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
let document: { paths: Record<string, object> };
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "openapi-lint-"));
  document = await (await app.fetch(new Request("http://api.test/openapi.json"), SETTINGS)).json();
  await writeFile(join(folder, "openapi.json"), JSON.stringify(document, null, 2));
  await writeFile(join(folder, "spectral.yaml"), "extends: [spectral:oas]\n");
  await writeFile(join(folder, "redocly.yaml"), "extends: [recommended]\n");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs a linter on the document, forbidden to ask home. What it printed. */
async function lint(program: string, ...args: string[]): Promise<string> {
  const quiet = { REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true", NO_COLOR: "1" };
  const env = { ...process.env, ...quiet };
  const { ended } = startProcess(join(BIN, program), ["lint", "openapi.json", ...args], { cwd: folder, env });
  const { stdout, stderr } = await ended;
  // What a linter says before it fails to run is no list of problems.
  expect(stdout, stderr).toMatch(/^[[{]/);
  return stdout;
}

describe("the OpenAPI document", () => {
  it("is in the repository as the API serves it", async () => {
    const committed = await readFile(join(ROOT, "docs/openapi.json"), "utf8");
    const isServed = committed === `${JSON.stringify(document, null, 2)}\n`;
    expect(isServed, "Run `npm run build`, and commit docs/openapi.json.").toBe(true);
  });

  it("has no fault in the eyes of Spectral, not even a hint", async () => {
    const output = await lint("spectral", "--ruleset", "spectral.yaml", "--format", "json", "--quiet");
    expect(JSON.parse(output)).toEqual([]);
  });

  it("has no fault in the eyes of Redocly but paths that the contract demands, and operations without a refusal", async () => {
    const output = await lint("redocly", "--config", "redocly.yaml", "--format", "json");
    const { problems }: { problems: { ruleId: string; location: { pointer: string }[] }[] } =
      JSON.parse(output);
    const isAboutRefusals = ({ ruleId }: { ruleId: string }) => ruleId === "operation-4xx-response";
    expect(problems.filter(isAboutRefusals).map(({ location }) => location[0]?.pointer)).toEqual(
      NEVER_REFUSED,
    );
    expect(problems.filter((problem) => !isAboutRefusals(problem))).toEqual(
      ACCEPTED.map(([one, other]) =>
        expect.objectContaining({
          ruleId: "no-ambiguous-paths",
          message: expect.stringContaining(`\`${one}\` and \`${other}\``),
        }),
      ),
    );
  });

  it.each(ACCEPTED)("has no method that fits both %s and %s", (one, other) => {
    const methods = Object.keys(document.paths[one] ?? {});
    expect(methods.length).toBeGreaterThan(0);
    expect(Object.keys(document.paths[other] ?? {}).filter((method) => methods.includes(method))).toEqual([]);
  });
});
