import { and, asc, eq, isNull, ne, not, sql } from "drizzle-orm";
import type { Database } from "../../database/client.ts";
import { permissions, rolePermissions, roles, userRoles } from "../../database/entities/access.ts";
import { sessions } from "../../database/entities/sessions.ts";
import { users } from "../../database/entities/users.ts";

/** What a list shows of a user. The password hash is in no selection but `selectPasswordHash`. */
export const listItem = {
  id: users.id,
  username: users.username,
  email: users.email,
  is_active: users.isActive,
  is_superuser: users.isSuperuser,
  created_at: users.createdAt,
};

const publicUser = {
  ...listItem,
  first_name: users.firstName,
  last_name: users.lastName,
  updated_at: users.updatedAt,
};

const publicRole = {
  id: roles.id,
  name: roles.name,
  description: roles.description,
  created_at: roles.createdAt,
  updated_at: roles.updatedAt,
};

const publicPermission = {
  id: permissions.id,
  name: permissions.name,
  resource: permissions.resource,
  action: permissions.action,
  description: permissions.description,
  created_at: permissions.createdAt,
  updated_at: permissions.updatedAt,
};

export type UserWithRoles = NonNullable<Awaited<ReturnType<typeof findUser>>>;

/** The live user with `id`, with their live roles and the live permissions of these. */
export async function findUser(db: Database, id: string) {
  const [found, grants] = await db.batch([selectUser(db, id), selectGrants(db, id)]);
  return withRoles(found, grants);
}

export interface NewUser {
  email: string;
  username: string;
  passwordHash: string;
  isSuperuser?: boolean;
}

/** Adds an account with the role that every new account has. */
export async function insertUser(db: Database, user: NewUser) {
  const id = crypto.randomUUID();
  const [, , found, grants] = await db.batch([
    db.insert(users).values({ id, ...user }),
    assignDefaultRole(db, id),
    selectUser(db, id),
    selectGrants(db, id),
  ]);
  return withRoles(found, grants);
}

/** Whether there is a live superuser. */
export async function superuserExists(db: Database): Promise<boolean> {
  const found = await db
    .select({ id: users.id })
    .from(users)
    .where(and(users.isSuperuser, not(users.isDeleted)))
    .limit(1);
  return found.length > 0;
}

/** Adds a superuser unless there is one, whoever else tries at the same time. True if it did. */
export async function insertFirstSuperuser(
  db: Database,
  { email, username, passwordHash }: NewUser,
): Promise<boolean> {
  const [, { rowCount }] = await db.batch([
    db.execute(sql`select pg_advisory_xact_lock(hashtext('first superuser'))`),
    db.execute(sql`
      insert into ${users} (email, username, password_hash, is_superuser)
      select ${email}, ${username}, ${passwordHash}, true
      where not exists (select from ${users} where is_superuser and not is_deleted)`),
  ]);
  return rowCount === 1;
}

type Changeable = Pick<typeof users.$inferInsert, "email" | "username" | "firstName" | "lastName">;
export type UserChanges = { [Field in keyof Changeable]?: Changeable[Field] | undefined };

/** The user after `changes`; what is undefined stays. */
export async function updateUser(db: Database, id: string, changes: UserChanges) {
  const [, found, grants] = await db.batch([
    db
      .update(users)
      .set({ ...changes, updatedAt: sql`now()` })
      .where(isLive(id)),
    selectUser(db, id),
    selectGrants(db, id),
  ]);
  return withRoles(found, grants);
}

/** What verifying and judging a password needs to know of the live user with `id`. */
export async function selectPasswordHash(db: Database, id: string) {
  const [found] = await db
    .select({ passwordHash: users.passwordHash, email: users.email, username: users.username })
    .from(users)
    .where(isLive(id));
  return found;
}

/**
 * Replaces the hash, if it is still `previousHash`, and ends the user's sessions but `keptSessionId`: together or not at
 * all. Undefined if it was no longer.
 */
export async function replacePassword(
  db: Database,
  change: { userId: string; previousHash: string; passwordHash: string; keptSessionId: string },
) {
  const { userId, previousHash, passwordHash, keptSessionId } = change;
  const [replaced, , found, grants] = await db.batch([
    db
      .update(users)
      .set({ passwordHash, updatedAt: sql`now()` })
      .where(and(isLive(userId), eq(users.passwordHash, previousHash)))
      .returning({ id: users.id }),
    db
      .update(sessions)
      .set({ revokedAt: sql`now()`, revokedFor: "password_change" })
      .where(
        and(
          eq(sessions.userId, userId),
          ne(sessions.id, keptSessionId),
          isNull(sessions.revokedAt),
          sql`exists (select from ${users} where ${users.id} = ${userId} and ${users.passwordHash} = ${passwordHash})`,
        ),
      ),
    selectUser(db, userId),
    selectGrants(db, userId),
  ]);
  return replaced.length === 1 ? withRoles(found, grants) : undefined;
}

const isLive = (id: string) => and(eq(users.id, id), not(users.isDeleted));

const assignDefaultRole = (db: Database, userId: string) =>
  db.execute(sql`
    insert into ${userRoles} (user_id, role_id)
    select ${userId}, id from ${roles} where builtin = 'user' and not is_deleted`);

const selectUser = (db: Database, id: string) => db.select(publicUser).from(users).where(isLive(id));

/** One row for each role and permission of the user; a role that grants nothing has one row without a permission. */
const selectGrants = (db: Database, userId: string) =>
  db
    .select({ role: publicRole, permission: publicPermission })
    .from(userRoles)
    .innerJoin(roles, and(eq(roles.id, userRoles.roleId), not(roles.isDeleted)))
    .leftJoin(rolePermissions, eq(rolePermissions.roleId, roles.id))
    .leftJoin(permissions, and(eq(permissions.id, rolePermissions.permissionId), not(permissions.isDeleted)))
    .where(eq(userRoles.userId, userId))
    .orderBy(asc(roles.name), asc(roles.id), asc(permissions.name));

type UserRow = Awaited<ReturnType<typeof selectUser>>[number];
type Grant = Awaited<ReturnType<typeof selectGrants>>[number];

function withRoles([user]: UserRow[], grants: Grant[]) {
  const byRole = Map.groupBy(grants, ({ role }) => role.id);
  const nested = [...byRole.values()].flatMap(([first, ...rest]) =>
    first
      ? { ...first.role, permissions: [first, ...rest].flatMap(({ permission }) => permission ?? []) }
      : [],
  );
  return user && { ...user, roles: nested };
}
