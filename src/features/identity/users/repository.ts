import { and, eq, not, type SQL, sql } from "drizzle-orm";
import type { PageRequest } from "../../../core/page.ts";
import { selectClosedAccess } from "../../../database/access.ts";
import { grantedBy, heldBy } from "../../../database/authority.ts";
import { batch } from "../../../database/batch.ts";
import type { Database } from "../../../database/client.ts";
import { type EmailChange, requestEmailChange } from "../../../database/email-changes.ts";
import { contains, selectPage } from "../../../database/keyset-pagination.ts";
import { type MailedToken, storeToken } from "../../../database/one-time-tokens.ts";
import {
  administrativeAmong,
  type RecentProof,
  requireHolding,
  requireNamed,
  requireRecentProof,
  requireRestoring,
  requireThat,
  requireUnchanged,
  uuids,
} from "../../../database/preconditions.ts";
import { roles, userRoles } from "../../../database/tables/access.ts";
import { deleted, hasRequestedState, restored, touched } from "../../../database/tables/columns.ts";
import { erasures } from "../../../database/tables/erasures.ts";
import { inOrderOfNames } from "../../../database/tables/names.ts";
import { users } from "../../../database/tables/users.ts";
import { type Counter, requireAttempt, requireOpen } from "../throttling/statements.ts";
import {
  type Administration,
  accountIn,
  listItem,
  lock,
  requireAuthorityOver,
  requireLive,
  requireRank,
  selectAccount,
} from "./statements.ts";

const SORT_KEYS = {
  created_at: { by: users.createdAt, type: "timestamptz" },
  username: { by: inOrderOfNames(users.username), type: "text" },
  email: { by: sql`lower(${users.email})`, type: "text" },
} as const;

/** Condition that no erasure of a deleted user was ordered. Its first part follows from the second, and is that of an index. */
const isRestorable = sql`${users.email} <> 'erased-' || ${users.id}::text || '@invalid'
  and not exists (select from ${erasures} where ${erasures.userId} = ${users.id})`;

interface Filter extends PageRequest<keyof typeof SORT_KEYS> {
  actorId: string;
  isDeleted?: boolean | undefined;
  /** Text that the username contains, and its form in an email. */
  q?: { username: string; email: string } | undefined;
  isActive?: boolean | undefined;
}

/** Lists a page of the live users, or of the deleted ones that can be restored. */
export function listUsers(db: Database, filter: Filter) {
  const { q, isActive, isDeleted } = filter;
  const where = and(
    hasRequestedState(users, isDeleted),
    isDeleted ? isRestorable : undefined,
    q === undefined
      ? undefined
      : sql`(${contains(users.username, q.username)} or ${contains(users.email, q.email)})`,
    isActive === undefined ? undefined : eq(users.isActive, isActive),
  );
  return selectPage(
    db,
    { from: users, columns: listItem, keys: SORT_KEYS, where },
    filter,
    requireRestoring(db, filter, "users"),
  );
}

/** An account to add. */
export interface NewUser {
  email: string;
  username: string;
  passwordHash: string;
  firstName?: string | null | undefined;
  lastName?: string | null | undefined;
  isSuperuser?: boolean;
}

/** Adds an account with the default role, and stores a token for its email. */
export async function insertUser(db: Database, user: NewUser, token?: MailedToken) {
  const id = crypto.randomUUID();
  const { account } = await batch(db, {
    created: db.insert(users).values({ id, ...user }),
    roles: giveDefaultRole(db, id),
    account: selectAccount(db, id),
    token: token ? [storeToken(db, token, eq(users.id, id))] : [],
  });
  return accountIn(account);
}

/**
 * Adds an account for an administrator, and stores a token for its email. The account gets the roles `roleIds`, with the checks
 * of `assignRoles` and recent authentication (`proof`); or the default role if `roleIds` is undefined.
 */
export async function insertInvited(
  db: Database,
  invited: { actorId: string; user: NewUser; token: MailedToken; roleIds: readonly string[] | undefined },
  proof: RecentProof,
  throttle: Throttle,
) {
  const { actorId, user, token, roleIds } = invited;
  const id = crypto.randomUUID();
  const given = roleIds ?? [];
  const names = roleIds === undefined ? [] : ["roles:assign"];
  const { account } = await batch(db, {
    preconditions: [
      requireNamed(db, actorId, { names, message: "Assigning roles requires roles:assign." }),
      requireRecentProof(db, proof, sql`${roleIds === undefined}`),
      requireRoles(db, given),
      requireHolding(db, actorId, grantedBy(sql`select unnest(${uuids(given)})`)),
      requireOpen(db, throttle.open),
      requireAttempt(db, throttle.attempts),
    ],
    created: db.insert(users).values({ id, ...user }),
    roles: roleIds === undefined ? giveDefaultRole(db, id) : giveRoles(db, id, given),
    token: storeToken(db, token, eq(users.id, id)),
    account: selectAccount(db, id),
  });
  return accountIn(account);
}

/**
 * Returns up to `limit` pairs of live usernames that look alike, which the current rules would not allow. Each pair begins
 * with the username of the older account.
 */
export async function listAlikeUsernames(db: Database, limit: number) {
  const { rows } = await db.execute<{ first: string; other: string }>(sql`
    select a.username as first, b.username as other
      from ${users} a join ${users} b on username_skeleton(a.username) = username_skeleton(b.username)
     where not a.is_deleted and not b.is_deleted and (a.created_at, a.id) < (b.created_at, b.id)
       and (octet_length(a.username) > char_length(a.username) or octet_length(b.username) > char_length(b.username))
     order by b.created_at, b.id limit ${limit}`);
  return rows;
}

/** Returns whether there is a live superuser. */
export async function superuserExists(db: Database): Promise<boolean> {
  const found = await db
    .select({ id: users.id })
    .from(users)
    .where(and(users.isSuperuser, not(users.isDeleted)))
    .limit(1);
  return found.length > 0;
}

/** Adds a superuser unless there is one, also under concurrent calls. Returns whether it did. */
export async function insertFirstSuperuser(
  db: Database,
  { email, username, passwordHash }: NewUser,
): Promise<boolean> {
  const { inserted } = await batch(db, {
    locked: db.execute(sql`select pg_advisory_xact_lock(hashtext('first superuser'))`),
    inserted: db.execute(sql`
      insert into ${users} (email, username, password_hash, is_superuser)
      select ${email}, ${username}, ${passwordHash}, true
      where not exists (select from ${users} where is_superuser and not is_deleted)`),
  });
  return inserted.rowCount === 1;
}

type Changeable = Pick<
  typeof users.$inferInsert,
  "email" | "username" | "firstName" | "lastName" | "isActive"
>;

export type UserChanges = { [Field in keyof Changeable]?: Changeable[Field] | undefined };

/**
 * Changes of an account; undefined fields stay. A new email is among `changes` only if the service cannot send mail; otherwise
 * it is an `emailChange`, which must be confirmed.
 */
export interface UserUpdate {
  changes: UserChanges;
  emailChange: EmailChange | undefined;
}

/** Rate limits of a change of names. */
export interface Throttle {
  /** Counters that must not be blocked. */
  open: readonly Counter[];
  /** Counters of the change itself. */
  attempts: readonly Counter[];
}

/**
 * Updates the current user. Returns the user and the requested email change. A new email requires recent authentication
 * (`proof`).
 */
export async function updateUser(
  db: Database,
  id: string,
  { changes, emailChange }: UserUpdate,
  proof: RecentProof,
  throttle: Throttle,
) {
  const hasSameEmail = keepsEmail(id, emailChange?.email ?? changes.email);
  const { requested, account } = await batch(db, {
    locked: lock(db, id),
    preconditions: [
      requireRecentProof(db, proof, hasSameEmail),
      requireOpen(db, throttle.open),
      requireAttempt(db, countedUnless(hasSameEmail, throttle.attempts)),
    ],
    changed: touch(db, id, changes),
    requested: requestEmailChange(db, id, emailChange, { isOwn: true }),
    account: selectAccount(db, id),
  });
  return { user: accountIn(account), requested: requested.rows[0] };
}

/**
 * Updates a user for an administrator. Returns the user, their previous email and active state, the requested email change, and,
 * on activation, the tokens, keys and feeds that had ended. A deactivation only requires rank; a trigger ends the user's access
 * (database/functions/access/end_access.sql). All other changes also require the administrative permissions that the user holds.
 * Recent authentication (`proof`) is required for a new email, and to activate a user with administrative permissions.
 */
export async function administerUser(
  db: Database,
  { actorId, id, expectedTags }: Administration,
  { changes, emailChange }: UserUpdate,
  proof: RecentProof,
  throttle: Throttle,
) {
  const { isActive, ...rest } = { ...changes, emailChange };
  const onlyDeactivates = isActive === false && Object.values(rest).every((value) => value === undefined);
  const hasSameEmail = keepsEmail(id, emailChange?.email ?? changes.email);
  const opensNothing = sql`${hasSameEmail} and (${isActive !== true} or ${isHarmlessToActivate(id)})`;
  const { locked, closed, requested, account } = await batch(db, {
    throttling: [
      requireOpen(db, throttle.open),
      requireAttempt(db, countedUnless(hasSameEmail, throttle.attempts)),
    ],
    locked: lock(db, id),
    preconditions: [
      requireLive(db, id),
      requireRank(db, actorId, id),
      requireUnchanged(db, sql`user_tag(${id})`, expectedTags),
      requireAuthorityOver(db, actorId, id, sql`${onlyDeactivates}`),
      requireRecentProof(db, proof, opensNothing),
    ],
    closed: selectClosedAccess(db, id),
    changed: touch(db, id, changes),
    requested: requestEmailChange(db, id, emailChange, { isOwn: actorId === id }),
    account: selectAccount(db, id),
  });
  return {
    user: accountIn(account),
    ended: isActive ? closed.rows[0]?.closed : undefined,
    previous: locked[0],
    requested: requested.rows[0],
  };
}

/**
 * Marks a user as deleted, if the caller holds the user's administrative permissions. A trigger ends all access to the account
 * (database/functions/access/end_access.sql). Returns the email that the user had.
 */
export async function deleteUser(db: Database, { actorId, id }: Administration): Promise<string | undefined> {
  const { locked } = await batch(db, {
    locked: lock(db, id),
    preconditions: [requireLive(db, id), requireRank(db, actorId, id), requireAuthorityOver(db, actorId, id)],
    removed: touch(db, id, deleted),
  });
  return locked[0]?.email;
}

/**
 * Restores a deleted user with their previous roles, whose permissions the caller must hold. A user whose erasure was ordered or
 * has begun is not found. Credentials are not restored. Also returns the credentials that the deletion ended.
 */
export async function restoreUser(db: Database, { actorId, id }: Administration, open: readonly Counter[]) {
  const isDeleted = sql`exists (select from ${users} where id = ${id} and is_deleted and ${isRestorable})`;
  const { closed, account } = await batch(db, {
    locked: lock(db, id),
    preconditions: [
      requireThat(db, isDeleted, "notFound", "Deleted user not found."),
      requireRank(db, actorId, id),
      requireHolding(db, actorId, grantedBy(rolesOf(id))),
      requireOpen(db, open),
    ],
    closed: selectClosedAccess(db, id),
    restored: touch(db, id, restored),
    account: selectAccount(db, id),
  });
  return { user: accountIn(account), ended: closed.rows[0]?.closed };
}

/**
 * Replaces a user's roles. The caller must hold the permissions that the newly assigned roles grant, and the administrative
 * permissions that the user holds.
 */
export async function assignRoles(db: Database, { actorId, id }: Administration, roleIds: readonly string[]) {
  const newRoles = sql`
    select unnest(${uuids(roleIds)}) except select role_id from ${userRoles} where user_id = ${id}`;
  const { account } = await batch(db, {
    locked: lock(db, id),
    preconditions: [
      requireLive(db, id),
      requireRank(db, actorId, id),
      requireAuthorityOver(db, actorId, id),
      requireRoles(db, roleIds),
      requireHolding(db, actorId, grantedBy(newRoles)),
    ],
    removed: db.execute(
      sql`delete from ${userRoles} where user_id = ${id} and role_id <> all(${uuids(roleIds)})`,
    ),
    added: giveRoles(db, id, roleIds),
    touched: touch(db, id, {}),
    account: selectAccount(db, id),
  });
  return accountIn(account);
}

const giveDefaultRole = (db: Database, id: string) =>
  db.execute(sql`
    insert into ${userRoles} (user_id, role_id)
    select ${id}, id from ${roles} where builtin = 'user' and not is_deleted`);

const giveRoles = (db: Database, id: string, roleIds: readonly string[]) =>
  db.execute(sql`
    insert into ${userRoles} (user_id, role_id) select ${id}, unnest(${uuids(roleIds)}) on conflict do nothing`);

const requireRoles = (db: Database, roleIds: readonly string[]) =>
  requireThat(
    db,
    sql`(select count(*) = ${roleIds.length} from ${roles} where id = any(${uuids(roleIds)}) and not is_deleted)`,
    "notFound",
    "Role not found.",
  );

/** Returns the condition that activating the user is harmless: they are active, or hold no administrative permission. */
const isHarmlessToActivate = (id: string) =>
  sql`(cardinality(${administrativeAmong(heldBy(id))}) = 0
    or exists (select from ${users} where id = ${id} and is_active))`;

/** Returns a query of the user's roles, including deleted ones. */
const rolesOf = (id: string) => sql`select role_id from ${userRoles} where user_id = ${id}`;

/** Returns the condition that `email` is undefined or the user already has it. */
const keepsEmail = (id: string, email: string | undefined) =>
  email === undefined
    ? sql`true`
    : sql`exists (select from ${users} where id = ${id} and lower(email) = lower(${email}))`;

const countedUnless = (condition: SQL, counters: readonly Counter[]) =>
  counters.map((counter) => ({ ...counter, counts: sql`not ${condition}` }));

/** Returns the statement that changes a user. A new email is unverified. */
const touch = (db: Database, id: string, changes: UserChanges | typeof deleted | typeof restored) =>
  db
    .update(users)
    .set({
      ...changes,
      ...touched(users),
      ...("email" in changes && changes.email !== undefined && unverified(changes.email)),
    })
    .where(eq(users.id, id));

const unverified = (email: string) => ({
  emailVerifiedAt: sql`case when ${users.email} = ${email} then ${users.emailVerifiedAt} end`,
});
