import { sql } from "drizzle-orm";
import { boolean, index, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import { baseColumns, instant } from "./columns.ts";
import { foldCase, inOrderOfNames } from "./names.ts";

/** Accounts. Emails and usernames are unique among live accounts, ignoring case. */
export const users = pgTable(
  "users",
  {
    ...baseColumns,
    email: text("email").notNull(),
    /** Time at which the user verified this email; null before that, and after a change of the email. */
    emailVerifiedAt: instant("email_verified_at"),
    username: text("username").notNull(),
    /** PHC string (Argon2id). Selected only to verify a password. */
    passwordHash: text("password_hash").notNull(),
    firstName: text("first_name"),
    lastName: text("last_name"),
    isActive: boolean("is_active").notNull().default(true),
    isSuperuser: boolean("is_superuser").notNull().default(false),
  },
  (users) => [
    uniqueIndex("users_email_key").on(sql`lower(${users.email})`).where(sql`not ${users.isDeleted}`),
    uniqueIndex("users_username_key").on(foldCase(users.username)).where(sql`not ${users.isDeleted}`),
    index("users_created").on(users.createdAt, users.id).where(sql`not ${users.isDeleted}`),
    index("users_by_username")
      .on(inOrderOfNames(users.username), users.id)
      .where(sql`not ${users.isDeleted}`),
    // These two indexes serve sign-ins of the previous release.
    index("users_email_prefix")
      .on(sql`lower(${users.email}) text_pattern_ops`)
      .where(sql`not ${users.isDeleted}`),
    index("users_username_prefix")
      .on(sql`lower(${users.username}) text_pattern_ops`)
      .where(sql`not ${users.isDeleted}`),
    // Without erased accounts: see functions/maintenance/begin_erasure.sql.
    index("users_erasable")
      .on(users.deletedAt)
      .where(sql`${users.isDeleted} and ${users.email} <> 'erased-' || ${users.id}::text || '@invalid'`),
    // By the skeletons of usernames, which the trigger keep_usernames_apart compares.
    index("users_username_skeleton")
      .on(sql`username_skeleton(${users.username})`)
      .where(sql`not ${users.isDeleted}`),
    index("users_superusers").on(users.id).where(sql`${users.isSuperuser} and not ${users.isDeleted}`),
  ],
);
