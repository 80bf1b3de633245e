// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the sources in the cases contain placeholders
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const PROJECT = join(import.meta.dirname, "../..");

const COMPARES_OWNERS = "Only database/ownership.ts may compare owners.";

/** A file, its text, and the rule that it breaks; undefined if it breaks no rule. */
const CASES: [path: string, source: string, message: string | undefined][] = [
  ["src/core/a.ts", 'import { a } from "../database/client.ts";', "core/ must not import other layers."],
  ["src/database/a.ts", 'import { a } from "../http/router.ts";', "database/ may only import core/."],
  ["src/http/a.ts", 'import { a } from "../guard/guard.ts";', "http/ may only import database/ and core/."],
  [
    "src/guard/a.ts",
    'import { a } from "../features/access/roles/service.ts";',
    "guard/ may only import http/, database/ and core/.",
  ],
  [
    "src/features/access/roles/a.ts",
    'import { a } from "../../identity/users/service.ts";',
    "access/ must not import identity/",
  ],
  [
    "src/features/identity/auth/a.ts",
    'import { a } from "../../time/tags/service.ts";',
    "identity/ must not import time/",
  ],
  [
    "src/features/time/goals/a.ts",
    'import { a } from "../../identity/users/service.ts";',
    "time/ must not import identity/",
  ],
  [
    "src/features/organizations/teams/a.ts",
    'import { a } from "../../time/tags/service.ts";',
    "organizations/ must not import time/",
  ],
  [
    "src/features/time/goals/n.ts",
    'import { a } from "../../organizations/teams/statements.ts";',
    "time/ must not import identity/, organizations/",
  ],
  [
    "src/features/activity/slots/a.ts",
    'import { a } from "../../compat/wakatime/service.ts";',
    "activity/ must not import identity/, compat/",
  ],
  [
    "src/features/compat/wakatime/a.ts",
    'import { a } from "../../activity/slots/service.ts";',
    "compat/ must not import identity/, activity/",
  ],
  [
    "src/features/platform/health/a.ts",
    'import { a } from "../../../jobs/maintenance.ts";',
    "platform/ must not import jobs/",
  ],
  ["src/jobs/a.ts", 'import { a } from "../cli/flags.ts";', "jobs/ must not import cli/"],
  ["src/cli/b.ts", 'import { a } from "../server/serve.ts";', "cli/ must not import server/"],
  ["src/core/b.ts", 'import { a } from "../server/serve.ts";', "core/ must not import other layers."],
  [
    "src/features/time/goals/b.ts",
    'import { a } from "../tags/repository.ts";',
    "A repository is private to its feature.",
  ],
  [
    "src/features/time/goals/c.ts",
    'const a = "PT004";',
    "Only database/sqlstates.ts may contain the SQLSTATEs",
  ],
  ["src/features/time/goals/e.ts", "const a = sql`g.owner_id = ${user}`;", COMPARES_OWNERS],
  ["src/features/time/goals/f.ts", "const a = sql`${goals.ownerId} = ${user}`;", COMPARES_OWNERS],
  ["src/features/time/goals/g.ts", "const a = sql`${user} = owner_id`;", COMPARES_OWNERS],
  ["src/features/time/goals/h.ts", "const a = and(eq(goals.ownerId, user), isLive);", COMPARES_OWNERS],
  ["src/database/b.ts", "const a = inArray(goals.ownerId, users);", COMPARES_OWNERS],
  ["src/cli/a.ts", 'const a = "delete from goals where owner_id = $1";', COMPARES_OWNERS],
  ["src/features/time/goals/l.ts", "const a = { id: z.uuid() };", "Ids are also compared as text"],
  ["src/features/time/goals/j.ts", "const [, a] = await db.batch([]);", "Positions of results change"],
  [
    "src/features/compat/wakatime/c.ts",
    'import { a } from "../activitywatch/repository/events.ts";',
    "A repository is private to its feature.",
  ],
  [
    "src/features/time/goals/routes.ts",
    'import { a } from "./repository.ts";',
    "Routes must use the service",
  ],
  [
    "src/features/compat/wakatime/routes.ts",
    'import { a } from "./repository/lists.ts";',
    "Routes must use the service",
  ],
  [
    "src/features/compat/wakatime/repository/a.ts",
    'import { a } from "../service.ts";',
    "A repository must not import HTTP",
  ],
  ["src/features/compat/wakatime/repository/b.ts", 'import { a } from "./lists.ts";', undefined],
  [
    "src/features/identity/factors/sign-in/service.ts",
    'import { a } from "hono";',
    "A service must not import HTTP or SQL",
  ],
  [
    "src/features/time/goals/repository.ts",
    'import { a } from "./service.ts";',
    "A repository must not import HTTP",
  ],
  [
    "src/features/time/goals/schemas.ts",
    'import { a } from "./repository.ts";',
    "A schema must not import SQL",
  ],
  [
    "src/features/compat/wakatime/schemas/a.ts",
    'import { a } from "../repository/lists.ts";',
    "A schema must not import SQL",
  ],
  ["src/features/time/tags/schemas.ts", 'import { a } from "../goals/schemas.ts";', undefined],
  ["src/features/time/goals/service.ts", 'import { a } from "../tags/service.ts";', undefined],
  ["src/features/compat/wakatime/b.ts", 'import { a } from "../../time/goals/service.ts";', undefined],
  ["src/features/time/goals/d.ts", 'import { a } from "../tags/statements.ts";', undefined],
  ["src/features/time/goals/k.ts", "const { a } = await batch(db, {});", undefined],
  ["src/http/schema-parts.ts", "const a = z.uuid().toLowerCase();", undefined],
  ["src/database/batch.ts", "const [, a] = await db.batch([]);", undefined],
  ["src/database/sqlstates.ts", 'const a = "PT004";', undefined],
  ["src/database/ownership.ts", "const a = sql`${table.ownerId} = ${user}`;", undefined],
  ["src/features/time/goals/i.ts", "const a = sql`select owner_id, id from goals`;", undefined],
];

describe("npm run lint", () => {
  let folder: string;
  let findings: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "lint-rules-"));
    const config = JSON.parse(await readFile(join(PROJECT, "biome.json"), "utf8"));
    await cp(join(PROJECT, "lint"), join(folder, "lint"), { recursive: true });
    await writeFile(
      join(folder, "biome.json"),
      JSON.stringify({ ...config, $schema: undefined, vcs: { enabled: false } }),
    );
    for (const [path, source] of CASES) {
      await mkdir(join(folder, dirname(path)), { recursive: true });
      await writeFile(join(folder, path), `${source}\n\nexport const b = a;\n`);
    }
    const biome = join(PROJECT, "node_modules/.bin/biome");
    findings = await new Promise((resolve) => {
      execFile(
        biome,
        ["lint", "--max-diagnostics=none", "--colors=off", "."],
        { cwd: folder },
        (_, stdout, stderr) => resolve(stdout + stderr),
      );
    });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** Returns the problems of the file at `path`. */
  const findingsOn = (path: string) =>
    findings.split(/^(?=src\/)/m).filter((finding) => finding.startsWith(`${path}:`));

  it.each(CASES)("reports for %s with %s", (path, _, message) => {
    if (message === undefined) expect(findingsOn(path)).toEqual([]);
    else expect(findingsOn(path).join("\n")).toContain(message);
  });
});
