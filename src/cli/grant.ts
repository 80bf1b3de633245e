import type { Database } from "../database/client.ts";
import { changeGrants } from "../features/access/grants/service.ts";
import { PermissionName } from "../features/access/permissions/schemas.ts";
import { CreateRole } from "../features/access/roles/schemas.ts";
import { explainRefusal } from "./account.ts";
import { HELP_FLAG } from "./flags.ts";
import { CliError, print, printDone } from "./output.ts";

/** Flags of the command `grant`. */
export const GRANT_FLAGS = {
  user: { type: "string" },
  role: { type: "string" },
  permission: { type: "string", multiple: true, default: [] as string[] },
  revoke: { type: "boolean", default: false },
  create: { type: "boolean", default: false },
  ...HELP_FLAG,
} as const;

/** Usage of these flags. */
export const GRANT_USAGE = "[--user NAME] --role ROLE [--permission NAME]… [--revoke] [--create]";

/** Returns the help of the command with `usage`; `more` describes further flags. */
export const describeGrant = (usage: string, more: string, database: string) =>
  `Grants a role to a user, or permissions to a role; with --revoke, revokes them. For scripts: the API
allows this only to administrators in person.

Usage: ${usage}

  --user NAME        username or email address of the user
  --role ROLE        name of the role
  --permission NAME  permission that the role grants, such as invoices:read; repeatable
  --revoke           revoke instead of grant
  --create           create the role and the permissions if they don't exist
${more}  --help             show this help

${database}
The audit log records each change, without an actor.`;

interface Flags {
  user?: string | undefined;
  role?: string | undefined;
  permission: readonly string[];
  revoke: boolean;
  create: boolean;
}

/** A change of grants. */
export type Grant = ReturnType<typeof readGrant>;

/** Validates `flags`. Throws CliError for missing, contradictory or invalid values. */
export function readGrant({ user, role, permission, revoke, create }: Flags, usage: string) {
  if (!role) throw new CliError(`--role is required. Usage: ${usage}`);
  if (!user && permission.length === 0) {
    throw new CliError(`--user or --permission is required. Usage: ${usage}`);
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

/** Changes the grants, and prints the changes and the `description` of the database. @throws CliError for an unknown user or role */
export async function applyGrant(db: Database, grant: Grant, description: string): Promise<void> {
  const { user, role, names, revoke } = grant;
  const changed = await changeGrants({ db }, grant).catch(explainRefusal);
  const changes = [
    ...(changed.permissions > 0
      ? [`${role} ${revoke ? "no longer grants" : "grants"} ${names.join(", ")}`]
      : []),
    ...(changed.roles > 0 ? [`${user} ${revoke ? "no longer has" : "has"} the role ${role}`] : []),
  ];
  for (const change of changes) printDone(`${change}: ${description}`);
  if (changes.length === 0) print(`Nothing to change: ${description}`);
}
