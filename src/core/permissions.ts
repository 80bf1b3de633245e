const CRUD = ["create", "read", "update", "delete"] as const;

/** Every resource that permissions speak of, and what can be done to it. The seed, the guard and the docs use it. */
export const CATALOGUE = {
  users: CRUD,
  roles: [...CRUD, "assign"],
  permissions: CRUD,
  authz: ["check"],
  tasks: CRUD,
  projects: CRUD,
} as const;

type Catalogue = typeof CATALOGUE;

/** The name of a permission that exists, such as `users:read`: a misspelt one doesn't compile. */
export type Permission = {
  [Resource in keyof Catalogue]: `${Resource}:${Catalogue[Resource][number]}`;
}[keyof Catalogue];

const all = Object.entries(CATALOGUE).flatMap(([resource, actions]) =>
  actions.map((action) => `${resource}:${action}` as Permission),
);

/** Every permission of the catalogue. */
export const PERMISSIONS: readonly Permission[] = all;

interface DefaultRole {
  description: string;
  permissions: readonly Permission[];
}

/** The roles that a new system starts with. */
export const DEFAULT_ROLES = {
  admin: { description: "Manages users, roles and permissions, and all data", permissions: all },
  user: {
    description: "Works with tasks and projects; every new account has it",
    permissions: [
      "tasks:create",
      "tasks:read",
      "tasks:update",
      "projects:create",
      "projects:read",
      "projects:update",
    ],
  },
  viewer: {
    description: "Looks at users, tasks and projects",
    permissions: ["users:read", "tasks:read", "projects:read"],
  },
} as const satisfies Record<string, DefaultRole>;

export type DefaultRoleName = keyof typeof DEFAULT_ROLES;

/**
 * Clauses that must all be met, each by holding any one of its permissions. No clause: being signed in is enough.
 */
export type Requirement = readonly (readonly Permission[])[];

/**
 * `requirement` with each permission joined by the wildcards that include it (`users:read` → `users:read`, `users:*`,
 * `*`), so that the database compares names for equality and never matches patterns.
 */
export function expandWildcards(requirement: Requirement): string[][] {
  return requirement.map((clause) => [
    ...new Set(clause.flatMap((permission) => [permission, `${permission.split(":")[0]}:*`, "*"])),
  ]);
}
