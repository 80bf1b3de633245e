const CRUD = ["create", "read", "update", "delete"] as const;

/** Actions on records of an organization. Without `_any`, only on the member's own, or on those that a relation gives. */
const RECORDS = [...CRUD, "read_any", "update_any", "delete_any"] as const;

/**
 * All resources of an organization and the actions on them, which its roles grant. They hold only inside the organization, and no
 * permission of the instance (`CATALOGUE`) grants them. `teams` includes departments.
 */
const ORGANIZATION_CATALOGUE = {
  organization: ["update", "delete", "transfer"],
  members: ["read", "invite", "update", "remove"],
  roles: CRUD,
  teams: CRUD,
  clients: RECORDS,
  projects: RECORDS,
  tasks: RECORDS,
  tags: RECORDS,
  time_entries: RECORDS,
  reports: ["read", "read_any"],
  export: ["read"],
  audit: ["read"],
} as const;

type Catalogue = typeof ORGANIZATION_CATALOGUE;

/** Name of a grant in the catalogue, such as `members:read`. A misspelled name does not compile. */
export type OrganizationGrant = {
  [Resource in keyof Catalogue]: `${Resource}:${Catalogue[Resource][number]}`;
}[keyof Catalogue];

/** All grants of the catalogue. */
export const ORGANIZATION_GRANTS: readonly OrganizationGrant[] = Object.entries(
  ORGANIZATION_CATALOGUE,
).flatMap(([resource, actions]) => actions.map((action) => `${resource}:${action}` as OrganizationGrant));

/** Returns whether `name` is a grant of the catalogue. */
export const isOrganizationGrant = (name: string): name is OrganizationGrant =>
  (ORGANIZATION_GRANTS as readonly string[]).includes(name);

const CATALOGUES = ["clients", "projects", "tasks", "tags"] as const;

interface BuiltinRole {
  /** The id of its row, in every database. */
  id: string;
  description: string;
  grants: readonly OrganizationGrant[];
}

const OWN_TIME = [...CRUD.map((action) => `time_entries:${action}` as const), "reports:read"] as const;

/**
 * Roles that every organization has. A migration creates their rows, which belong to no organization; a migration that changes a role
 * changes its row.
 */
export const ORGANIZATION_ROLES = {
  owner: {
    id: "00000000-0000-4000-8000-000000000001",
    description: "Has every grant; at least one member has this role",
    grants: ORGANIZATION_GRANTS,
  },
  admin: {
    id: "00000000-0000-4000-8000-000000000002",
    description: "Has every grant, except to delete or transfer the organization",
    grants: ORGANIZATION_GRANTS.filter(
      (grant) => !["organization:delete", "organization:transfer"].includes(grant),
    ),
  },
  manager: {
    id: "00000000-0000-4000-8000-000000000003",
    description: "Manages teams, clients and projects, and reads the time of all members",
    grants: [
      "members:read",
      ...CRUD.map((action) => `teams:${action}` as const),
      ...CATALOGUES.flatMap((resource) => RECORDS.map((action) => `${resource}:${action}` as const)),
      ...OWN_TIME,
      "time_entries:read_any",
      "reports:read_any",
      "export:read",
    ],
  },
  member: {
    id: "00000000-0000-4000-8000-000000000004",
    description: "Tracks own time on the projects that all members see, and on projects as a member of them",
    grants: [
      "members:read",
      "teams:read",
      ...CATALOGUES.map((resource) => `${resource}:read` as const),
      "tasks:create",
      "tags:create",
      ...OWN_TIME,
    ],
  },
  guest: {
    id: "00000000-0000-4000-8000-000000000005",
    description: "Tracks own time on projects as a member of them",
    grants: OWN_TIME,
  },
} as const satisfies Record<string, BuiltinRole>;

/** Name of a role that every organization has. */
export type OrganizationRole = keyof typeof ORGANIZATION_ROLES;

/** Grants that a relation to other members or to a project adds, for their rows. No membership has one of these roles. */
export const RELATION_ROLES = {
  team_lead: {
    id: "00000000-0000-4000-8000-000000000011",
    description: "Leads a team: reads the time of its members, renames the team, and removes members",
    grants: ["members:read", "teams:update", "time_entries:read", "reports:read"],
  },
  department_manager: {
    id: "00000000-0000-4000-8000-000000000012",
    description:
      "Manages a department: reads the time of the members of its teams, renames these, and removes members",
    grants: ["members:read", "teams:update", "time_entries:read", "reports:read"],
  },
  project_manager: {
    id: "00000000-0000-4000-8000-000000000013",
    description: "Manages a project: changes it, its tasks and its members, and reads the time on it",
    grants: [
      "projects:read",
      "projects:update",
      ...CRUD.map((action) => `tasks:${action}` as const),
      "time_entries:read",
      "reports:read",
    ],
  },
} as const satisfies Record<string, BuiltinRole>;
