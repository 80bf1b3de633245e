import type { Database } from "../../database/client.ts";
import { changeGrants } from "../../features/access/grants/service.ts";
import { PermissionName } from "../../features/access/permissions/schemas.ts";
import { CreateRole } from "../../features/access/roles/schemas.ts";
import { explainRefusal } from "../account.ts";
import { parseDataDir, parseFlagsOnce } from "../flags.ts";
import { withDatabase } from "../local/connect.ts";
import { DATA_DIR } from "../local/data-directory.ts";
import { CliError, print, printDone, run } from "../output.ts";
import { requireMigrated } from "../upkeep.ts";

const USAGE =
  "npm run grant -- [--user NAME] --role ROLE [--permission NAME]… [--revoke] [--create] [--data DIR]";
const HELP = `Grants a role to a user, or permissions to a role; with --revoke, revokes them. For scripts: the API
allows this only to administrators in person.

Usage: ${USAGE}

  --user NAME        username or email address of the user
  --role ROLE        name of the role
  --permission NAME  permission that the role grants, such as invoices:read; repeatable
  --revoke           revoke instead of grant
  --create           create the role and the permissions if they don't exist
  --data DIR         data directory of npm start (default: .data)
  --help             show this help

Uses the database in DATABASE_URL, if set; otherwise that of a running npm start, or the one in the data directory.
The audit log records each change, without an actor.`;

type Grant = ReturnType<typeof readGrant>;

await run(async () => {
  const flags = parseFlagsOnce(
    {
      user: { type: "string" },
      role: { type: "string" },
      permission: { type: "string", multiple: true, default: [] },
      revoke: { type: "boolean", default: false },
      create: { type: "boolean", default: false },
      data: { type: "string", default: DATA_DIR },
      help: { type: "boolean", default: false },
    },
    USAGE,
  );
  if (flags.help) return print(HELP);
  const grant = readGrant(flags);
  const dataDir = parseDataDir(flags.data, USAGE);
  await withDatabase(
    async (db, description) => {
      await requireMigrated(db);
      const changes = await applyGrant(db, grant).catch(explainRefusal);
      for (const change of changes) printDone(`${change}: ${description}`);
      if (changes.length === 0) print(`Nothing to change: ${description}`);
    },
    { dataDir },
  );
});

interface Flags {
  user?: string | undefined;
  role?: string | undefined;
  permission: string[];
  revoke: boolean;
  create: boolean;
}

/** Validates `flags`. Throws CliError for missing, contradictory or invalid values. */
function readGrant({ user, role, permission, revoke, create }: Flags) {
  if (!role) throw new CliError(`--role is required. Usage: ${USAGE}`);
  if (!user && permission.length === 0) {
    throw new CliError(`--user or --permission is required. Usage: ${USAGE}`);
  }
  if (create && permission.length === 0) throw new CliError("--create requires --permission.");
  if (create && revoke) throw new CliError("--create and --revoke can't be combined.");
  const named = CreateRole.shape.name.safeParse(role);
  if (!named.success) throw new CliError(`Invalid role name "${role}". Use 1 to 50 characters.`);
  const names = permission.map((name) => {
    const parsed = PermissionName.safeParse(name);
    if (parsed.success) return parsed.data;
    throw new CliError(`Invalid permission "${name}". Use resource:action, resource:* or *.`);
  });
  return { user, role: named.data, names, revoke, create };
}

/** Changes the grants, and returns lines to print that describe the changes. */
async function applyGrant(db: Database, grant: Grant): Promise<string[]> {
  const { user, role, names, revoke } = grant;
  const changed = await changeGrants({ db }, grant);
  return [
    ...(changed.permissions > 0
      ? [`${role} ${revoke ? "no longer grants" : "grants"} ${names.join(", ")}`]
      : []),
    ...(changed.roles > 0 ? [`${user} ${revoke ? "no longer has" : "has"} the role ${role}`] : []),
  ];
}
