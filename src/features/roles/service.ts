import type { Scope } from "../../core/context.ts";
import { CATALOGUE, DEFAULT_ROLES } from "../../core/permissions.ts";
import * as repository from "./repository.ts";

/** Adds the default permissions and roles that were never there, and nothing else. How many of each it added. */
export function seedDefaults({ db }: Pick<Scope, "db">): Promise<{ permissions: number; roles: number }> {
  return repository.insertDefaults(db, {
    permissions: Object.entries(CATALOGUE).flatMap(([resource, actions]) =>
      actions.map((action) => ({
        builtin: `${resource}:${action}`,
        resource,
        action,
        description: `May ${action} ${resource}`,
      })),
    ),
    roles: Object.entries(DEFAULT_ROLES).map(([name, { description }]) => ({
      builtin: name,
      name,
      description,
    })),
    grants: Object.entries(DEFAULT_ROLES).flatMap(([role, { permissions }]) =>
      permissions.map((permission) => ({ role, permission })),
    ),
  });
}
