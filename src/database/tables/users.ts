import { sql } from "drizzle-orm";
import { boolean, index, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import { baseColumns, instant } from "./columns.ts";
import { foldCase, inOrderOfNames } from "./names.ts";

/** Accounts. Emails and usernames are unique without case among the accounts that are not deleted. */
export const users = pgTable(
  "users",
  {
    ...baseColumns,
    email: text("email").notNull(),
    /** When the user showed that mail to this address reaches them; null until then, and again when it changes. */
    emailVerifiedAt: instant("email_verified_at"),
    username: text("username").notNull(),
    /** A PHC string (Argon2id). Never selected but to verify a password. */
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
    // These two serve the sign-ins of the release before this one.
    index("users_email_prefix")
      .on(sql`lower(${users.email}) text_pattern_ops`)
      .where(sql`not ${users.isDeleted}`),
    index("users_username_prefix")
      .on(sql`lower(${users.username}) text_pattern_ops`)
      .where(sql`not ${users.isDeleted}`),
    // Not those that are erased: see functions/maintenance/begin_erasure.sql.
    index("users_erasable")
      .on(users.deletedAt)
      .where(sql`${users.isDeleted} and ${users.email} <> 'erased-' || ${users.id}::text || '@invalid'`),
    // By what a name looks like, which the trigger keep_usernames_apart compares.
    index("users_username_skeleton")
      .on(sql`username_skeleton(${users.username})`)
      .where(sql`not ${users.isDeleted}`),
    index("users_superusers").on(users.id).where(sql`${users.isSuperuser} and not ${users.isDeleted}`),
  ],
);
