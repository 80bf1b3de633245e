import type { Database } from "../../database/client.ts";
import { changeGrants } from "../../features/access/grants/service.ts";
import { PermissionName } from "../../features/access/permissions/schemas.ts";
import { CreateRole } from "../../features/access/roles/schemas.ts";
import { explainRefusal } from "../account.ts";
import { parseDataDir, parseFlagsOnce } from "../flags.ts";
import { DATA_DIR, withDatabase } from "../local/connect.ts";
import { CliError, print, printDone, run } from "../output.ts";
import { requireMigrated } from "../upkeep.ts";

const USAGE =
  "npm run grant -- [--user NAME] --role ROLE [--permission NAME]… [--revoke] [--create] [--data DIR]";
const HELP = `Gives a user a role, or lets a role grant permissions; with --revoke takes them. For scripts: the API
does this only for administrators in person.

Usage: ${USAGE}

  --user NAME        a username or an email: this user gets the role
  --role ROLE        the role, by its name
  --permission NAME  the role grants this permission, such as invoices:read; may be given more than once
  --revoke           takes instead of gives
  --create           makes the role and the permissions that do not exist yet
  --data DIR         where npm start keeps its data, if not in .data
  --help             shows this

It works on the database that DATABASE_URL names; else on that of a running npm start; else on the one
in .data. The audit log has each change, without an actor.`;

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

/** What `flags` ask for. Throws CliError if it is nothing, or not all of it can be. */
function readGrant({ user, role, permission, revoke, create }: Flags) {
  if (!role) throw new CliError(`Name the role with --role. Usage: ${USAGE}`);
  if (!user && permission.length === 0) {
    throw new CliError(`Give --user, or at least one --permission. Usage: ${USAGE}`);
  }
  if (create && permission.length === 0) throw new CliError("--create goes with --permission.");
  if (create && revoke) throw new CliError("--create and --revoke exclude each other.");
  const named = CreateRole.shape.name.safeParse(role);
  if (!named.success) throw new CliError(`"${role}" can't be the name of a role: use 1 to 50 characters.`);
  const names = permission.map((name) => {
    const parsed = PermissionName.safeParse(name);
    if (parsed.success) return parsed.data;
    throw new CliError(`"${name}" is no permission: use resource:action, resource:* or *.`);
  });
  return { user, role: named.data, names, revoke, create };
}

/** Changes the grants, and returns what changed, for a person. */
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
