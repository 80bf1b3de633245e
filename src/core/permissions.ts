const CRUD = ["create", "read", "update", "delete"] as const;

/** Actions on records with owners. Without `_any`, only on the caller's own. */
const OWNED = [...CRUD, "read_any", "update_any", "delete_any"] as const;

/** All resources and the actions on them. The seed, the guard and the docs use this catalogue. */
export const CATALOGUE = {
  users: CRUD,
  roles: [...CRUD, "assign"],
  permissions: CRUD,
  sessions: ["read", "delete"],
  authz: ["check"],
  audit: ["read"],
  factors: ["reset"],
  clients: OWNED,
  projects: OWNED,
  tasks: OWNED,
  tags: OWNED,
  time_entries: OWNED,
  goals: OWNED,
  reports: ["read", "read_any"],
  activity: [...CRUD, "read_any"],
  // Over the frames of organizations: their names and members. Their records need a membership.
  organizations: [...CRUD, "manage_members"],
} as const;

type Catalogue = typeof CATALOGUE;

/** Name of a permission in the catalogue, such as `users:read`. A misspelled name does not compile. */
export type Permission = {
  [Resource in keyof Catalogue]: `${Resource}:${Catalogue[Resource][number]}`;
}[keyof Catalogue];

const allPermissions = Object.entries(CATALOGUE).flatMap(([resource, actions]) =>
  actions.map((action) => `${resource}:${action}` as Permission),
);

/** All permissions of the catalogue. */
export const PERMISSIONS: readonly Permission[] = allPermissions;

/** Resources whose permissions affect other users or their permissions. */
const OVER_OTHERS: readonly string[] = [
  "users",
  "roles",
  "permissions",
  "sessions",
  "authz",
  "audit",
  "factors",
] satisfies (keyof Catalogue)[];

const administrative = allPermissions.filter((name) => {
  const [resource = "", action = ""] = name.split(":");
  return (
    OVER_OTHERS.includes(resource) ||
    action.endsWith("_any") ||
    (resource === "organizations" && action !== "create")
  );
});

/**
 * Permissions of the catalogue over other users or their records, and the wildcards that include one. Actions on an account or a role
 * with some of them require that the caller holds these too. Permissions that an operator created are not included.
 */
export const ADMINISTRATIVE: readonly string[] = [
  ...administrative,
  ...new Set(administrative.map((name) => `${name.split(":")[0]}:*`)),
  "*",
];

/** Permissions that must be granted deliberately: no default role has them, so only a superuser can grant them at first. */
const PRIVATE: readonly Permission[] = ["activity:read_any"];

interface DefaultRole {
  description: string;
  permissions: readonly Permission[];
}

/** Roles of a new deployment. */
export const DEFAULT_ROLES = {
  admin: {
    description: "Manages users, roles, permissions and all data",
    permissions: allPermissions.filter((name) => !PRIVATE.includes(name)),
  },
  user: {
    description: "Tracks own time, projects and tasks; every new account has this role",
    permissions: [
      ...CRUD.map((action) => `tasks:${action}` as const),
      ...CRUD.map((action) => `projects:${action}` as const),
      ...CRUD.map((action) => `clients:${action}` as const),
      ...CRUD.map((action) => `tags:${action}` as const),
      ...CRUD.map((action) => `time_entries:${action}` as const),
      ...CRUD.map((action) => `goals:${action}` as const),
      "reports:read",
      ...CRUD.map((action) => `activity:${action}` as const),
      "organizations:create",
    ],
  },
  viewer: {
    description: "Reads users, and all users' projects and tasks",
    permissions: [
      "users:read",
      "clients:read",
      "clients:read_any",
      "projects:read",
      "projects:read_any",
      "tasks:read",
      "tasks:read_any",
      "tags:read",
      "tags:read_any",
    ],
  },
} as const satisfies Record<string, DefaultRole>;

/** Clauses that the caller must all meet, each with any one of its permissions. Without clauses, being signed in is enough. */
export type Requirement = readonly (readonly Permission[])[];

/**
 * Sets of permissions that a personal token can have as scopes. The owner need not hold all of a set: it stands for the permissions of the
 * set that the owner holds when the token is used. The database function `expand_scopes` has the same sets.
 */
export const SCOPE_SETS = {
  ingest: "Send activity, without reading anything",
  read: "Read everything that its owner may read",
  full: "Everything that its owner may do, except what requires a session",
} as const;

export type ScopeSet = keyof typeof SCOPE_SETS;

/** Returns whether `scope` is the name of a set. */
export const isScopeSet = (scope: string): scope is ScopeSet => Object.hasOwn(SCOPE_SETS, scope);

/**
 * Adds to each permission of `requirement` the wildcards that include it (`users:read` → `users:read`, `users:*`, `*`), so that the
 * database compares names for equality and never matches patterns.
 */
export function expandWildcards(requirement: Requirement): string[][] {
  return requirement.map((clause) => [
    ...new Set(clause.flatMap((permission) => [permission, `${permission.split(":")[0]}:*`, "*"])),
  ]);
}
