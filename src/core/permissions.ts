const CRUD = ["create", "read", "update", "delete"] as const;

/** Of what belongs to somebody: without `_any`, one's own. */
const OWNED = [...CRUD, "read_any", "update_any", "delete_any"] as const;

/** Every resource that permissions speak of, and what can be done to it. The seed, the guard and the docs use it. */
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

/** Resources by whose permissions their holders act on other people, or on what these may do. */
const OVER_OTHERS: readonly string[] = [
  "users",
  "roles",
  "permissions",
  "sessions",
  "authz",
  "audit",
  "factors",
] satisfies (keyof Catalogue)[];

const administrative = all.filter((name) => {
  const [resource = "", action = ""] = name.split(":");
  return OVER_OTHERS.includes(resource) || action.endsWith("_any");
});

/**
 * The permissions of the catalogue over others and over what others own, and the wildcards that include one. Acting on an
 * account or a role that holds some of these takes holding them. What an operator defined is not among them.
 */
export const ADMINISTRATIVE: readonly string[] = [
  ...administrative,
  ...new Set(administrative.map((name) => `${name.split(":")[0]}:*`)),
  "*",
];

/** What somebody must want to grant: no default role has it, and no administrator grants it who is not a superuser. */
const PRIVATE: readonly Permission[] = ["activity:read_any"];

interface DefaultRole {
  description: string;
  permissions: readonly Permission[];
}

/** The roles that a new system starts with. */
export const DEFAULT_ROLES = {
  admin: {
    description: "Manages users, roles and permissions, and all data",
    permissions: all.filter((name) => !PRIVATE.includes(name)),
  },
  user: {
    description: "Tracks their own time, projects and tasks; every new account has it",
    permissions: [
      ...CRUD.map((action) => `tasks:${action}` as const),
      ...CRUD.map((action) => `projects:${action}` as const),
      ...CRUD.map((action) => `clients:${action}` as const),
      ...CRUD.map((action) => `tags:${action}` as const),
      ...CRUD.map((action) => `time_entries:${action}` as const),
      ...CRUD.map((action) => `goals:${action}` as const),
      "reports:read",
      ...CRUD.map((action) => `activity:${action}` as const),
    ],
  },
  viewer: {
    description: "Looks at users, and at everybody's projects and tasks",
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

/**
 * Clauses that must all be met, each by holding any one of its permissions. No clause: being signed in is enough.
 */
export type Requirement = readonly (readonly Permission[])[];

/**
 * Names for sets of permissions that a token may have among its scopes. They name no permission that its owner must hold: each
 * means as much of the set as they hold when it is used. The database's function `expand_scopes` says the same.
 */
export const SCOPE_SETS = {
  ingest: "Send activity, and read nothing",
  read: "Read what its owner may read",
  full: "Whatever its owner may do, but nothing that asks for them in person",
} as const;

export type ScopeSet = keyof typeof SCOPE_SETS;

/** Whether `scope` is the name of a set, and not of a permission. */
export const isScopeSet = (scope: string): scope is ScopeSet => Object.hasOwn(SCOPE_SETS, scope);

/**
 * `requirement` with each permission joined by the wildcards that include it (`users:read` → `users:read`, `users:*`,
 * `*`), so that the database compares names for equality and never matches patterns.
 */
export function expandWildcards(requirement: Requirement): string[][] {
  return requirement.map((clause) => [
    ...new Set(clause.flatMap((permission) => [permission, `${permission.split(":")[0]}:*`, "*"])),
  ]);
}
