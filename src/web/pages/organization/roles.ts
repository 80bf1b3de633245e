import type { Role } from "../../data/organizations.ts";
import { t } from "../../i18n/organizations/index.ts";

/** Beginning of the ids of the roles that every organization has. */
const BUILTIN = "00000000-0000-4000-8000-";

const NAMES = ["owner", "admin", "manager", "member", "guest"] as const;

/** Returns the name of a role that every organization has; undefined for a custom role. */
export const builtinOf = ({ id, name }: Pick<Role, "id" | "name">) =>
  id.startsWith(BUILTIN) ? NAMES.find((builtin) => builtin === name) : undefined;

/** Returns the name of a role in the language. */
export function nameOfRole(role: Pick<Role, "id" | "name">): string {
  const builtin = builtinOf(role);
  return builtin ? t(`role.${builtin}`) : role.name;
}

/** Returns the roles that a member with `grants` may give, those with the fewest grants first. */
export const assignableRoles = (roles: readonly Role[], grants: readonly string[]): Role[] =>
  roles
    .filter((role) => role.grants.every((grant) => grants.includes(grant)))
    .sort((a, b) => a.grants.length - b.grants.length);

/** Grants that a member needs to give a place in which others' time is read, or a lead or manager to it. */
const TO_PLACE = ["teams:update", "time_entries:read_any", "reports:read_any"];

/** Returns whether a member with `grants` may add people to teams, and name leads and managers. */
export const mayPlace = (grants: readonly string[]): boolean =>
  TO_PLACE.every((grant) => grants.includes(grant));
