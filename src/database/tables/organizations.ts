import { sql } from "drizzle-orm";
import {
  boolean,
  check,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { baseColumns, id, instant } from "./columns.ts";
import { foldCase, inOrderOfNames } from "./names.ts";
import { users } from "./users.ts";

/** Groups of people who share projects and time. Deleted ones can be restored for 30 days. */
export const organizations = pgTable(
  "organizations",
  {
    ...baseColumns,
    name: text("name").notNull(),
    /** Part of URLs, unique among live organizations. */
    slug: text("slug").notNull(),
    description: text("description"),
    /** Name in the IANA time zone database. */
    timezone: text("timezone").notNull().default("UTC"),
    /** 0 is Sunday, 1 Monday. */
    weekStart: smallint("week_start").notNull().default(1),
    /** ISO 4217. */
    currency: text("currency").notNull().default("USD"),
    /** The user whose limit of organizations this one counts towards. */
    createdBy: uuid("created_by")
      .notNull()
      .references(() => users.id),
  },
  (organizations) => [
    uniqueIndex("organizations_slug_key")
      .on(sql`lower(${organizations.slug})`)
      .where(sql`not ${organizations.isDeleted}`),
    index("organizations_by_name")
      .on(inOrderOfNames(organizations.name), organizations.id)
      .where(sql`not ${organizations.isDeleted}`),
    index("organizations_created_by").on(organizations.createdBy),
    index("organizations_deleted").on(organizations.deletedAt).where(sql`${organizations.isDeleted}`),
    check("organizations_week_start", sql`${organizations.weekStart} between 0 and 6`),
    check("organizations_currency", sql`${organizations.currency} ~ '^[A-Z]{3}$'`),
  ],
);

const organizationId = () =>
  uuid("organization_id")
    .notNull()
    .references(() => organizations.id, { onDelete: "cascade" });

/** Roles inside organizations: the built-in ones, which belong to none, and the custom ones of each organization. */
export const organizationRoles = pgTable(
  "organization_roles",
  {
    ...baseColumns,
    organizationId: uuid("organization_id").references(() => organizations.id, { onDelete: "cascade" }),
    /** Name of a built-in role; null for custom ones. */
    builtin: text("builtin").unique("organization_roles_builtin_key"),
    name: text("name").notNull(),
    description: text("description"),
    /** Names in core/organization-permissions.ts. */
    grants: text("grants").array().notNull(),
  },
  (roles) => [
    uniqueIndex("organization_roles_name_key")
      .on(roles.organizationId, foldCase(roles.name))
      .where(sql`not ${roles.isDeleted}`),
    check(
      "organization_roles_builtin",
      sql`(${roles.organizationId} is null) = (${roles.builtin} is not null)`,
    ),
  ],
);

/** Users in organizations. A membership that ended stays, because the user's records in the organization refer to it. */
export const memberships = pgTable(
  "memberships",
  {
    organizationId: organizationId(),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id),
    roleId: uuid("role_id")
      .notNull()
      .references(() => organizationRoles.id),
    joinedAt: instant("joined_at").notNull().defaultNow(),
    leftAt: instant("left_at"),
    invitedBy: uuid("invited_by").references(() => users.id),
    updatedAt: instant("updated_at"),
    version: integer("version").notNull().default(1),
  },
  (memberships) => [
    primaryKey({ columns: [memberships.organizationId, memberships.userId] }),
    index("memberships_user").on(memberships.userId).where(sql`${memberships.leftAt} is null`),
    index("memberships_role").on(memberships.roleId),
  ],
);

/** Parts of organizations that have teams. */
export const departments = pgTable(
  "departments",
  {
    ...baseColumns,
    organizationId: organizationId(),
    name: text("name").notNull(),
    description: text("description"),
  },
  (departments) => [
    unique("departments_within_key").on(departments.organizationId, departments.id),
    uniqueIndex("departments_name_key")
      .on(departments.organizationId, foldCase(departments.name))
      .where(sql`not ${departments.isDeleted}`),
    index("departments_by_name")
      .on(departments.organizationId, inOrderOfNames(departments.name), departments.id)
      .where(sql`not ${departments.isDeleted}`),
  ],
);

/** Members who manage departments. */
export const departmentManagers = pgTable(
  "department_managers",
  {
    organizationId: organizationId(),
    departmentId: uuid("department_id").notNull(),
    userId: uuid("user_id").notNull(),
    createdAt: instant("created_at").notNull().defaultNow(),
  },
  (managers) => [
    primaryKey({ columns: [managers.departmentId, managers.userId] }),
    foreignKey({
      name: "department_managers_department_fk",
      columns: [managers.organizationId, managers.departmentId],
      foreignColumns: [departments.organizationId, departments.id],
    }).onDelete("cascade"),
    foreignKey({
      name: "department_managers_membership_fk",
      columns: [managers.organizationId, managers.userId],
      foreignColumns: [memberships.organizationId, memberships.userId],
    }).onDelete("cascade"),
    index("department_managers_user").on(managers.userId, managers.organizationId),
    index("department_managers_membership").on(managers.organizationId, managers.userId),
  ],
);

/** Teams of organizations, in a department or in none. */
export const teams = pgTable(
  "teams",
  {
    ...baseColumns,
    organizationId: organizationId(),
    departmentId: uuid("department_id"),
    name: text("name").notNull(),
    description: text("description"),
  },
  (teams) => [
    unique("teams_within_key").on(teams.organizationId, teams.id),
    foreignKey({
      name: "teams_department_fk",
      columns: [teams.organizationId, teams.departmentId],
      foreignColumns: [departments.organizationId, departments.id],
    }),
    uniqueIndex("teams_name_key")
      .on(teams.organizationId, foldCase(teams.name))
      .where(sql`not ${teams.isDeleted}`),
    index("teams_by_name")
      .on(teams.organizationId, inOrderOfNames(teams.name), teams.id)
      .where(sql`not ${teams.isDeleted}`),
    index("teams_department").on(teams.organizationId, teams.departmentId),
  ],
);

/** Members of teams, of whom some lead the team. */
export const teamMembers = pgTable(
  "team_members",
  {
    organizationId: organizationId(),
    teamId: uuid("team_id").notNull(),
    userId: uuid("user_id").notNull(),
    isLead: boolean("is_lead").notNull().default(false),
    joinedAt: instant("joined_at").notNull().defaultNow(),
  },
  (members) => [
    primaryKey({ columns: [members.teamId, members.userId] }),
    foreignKey({
      name: "team_members_team_fk",
      columns: [members.organizationId, members.teamId],
      foreignColumns: [teams.organizationId, teams.id],
    }).onDelete("cascade"),
    foreignKey({
      name: "team_members_membership_fk",
      columns: [members.organizationId, members.userId],
      foreignColumns: [memberships.organizationId, memberships.userId],
    }).onDelete("cascade"),
    index("team_members_user").on(members.userId, members.organizationId),
    index("team_members_membership").on(members.organizationId, members.userId),
  ],
);

/** Invitations by mail. One is open until it is accepted, declined or revoked, or expires. */
export const invitations = pgTable(
  "invitations",
  {
    id: id(),
    createdAt: instant("created_at").notNull().defaultNow(),
    updatedAt: instant("updated_at"),
    organizationId: organizationId(),
    /** In lower case. */
    email: text("email").notNull(),
    roleId: uuid("role_id")
      .notNull()
      .references(() => organizationRoles.id),
    /** The team that the invited person joins. */
    teamId: uuid("team_id"),
    tokenHash: text("token_hash").notNull(),
    invitedBy: uuid("invited_by")
      .notNull()
      .references(() => users.id),
    /** Time of the last mail. */
    sentAt: instant("sent_at").notNull().defaultNow(),
    expiresAt: instant("expires_at").notNull(),
    acceptedAt: instant("accepted_at"),
    declinedAt: instant("declined_at"),
    revokedAt: instant("revoked_at"),
  },
  (invitations) => [
    uniqueIndex("invitations_open_key")
      .on(invitations.organizationId, invitations.email)
      .where(
        sql`${invitations.acceptedAt} is null and ${invitations.declinedAt} is null and ${invitations.revokedAt} is null`,
      ),
    uniqueIndex("invitations_token_key").on(invitations.tokenHash),
    foreignKey({
      name: "invitations_team_fk",
      columns: [invitations.organizationId, invitations.teamId],
      foreignColumns: [teams.organizationId, teams.id],
    }).onDelete("cascade"),
    index("invitations_email").on(invitations.email),
    index("invitations_created").on(invitations.organizationId, invitations.createdAt, invitations.id),
    index("invitations_inviter").on(invitations.invitedBy, invitations.sentAt),
    index("invitations_role").on(invitations.roleId),
    index("invitations_expired").on(invitations.expiresAt),
    check("invitations_email_case", sql`${invitations.email} = lower(${invitations.email})`),
  ],
);
