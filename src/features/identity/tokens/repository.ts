import { and, eq, gt, isNull, sql } from "drizzle-orm";
import type { PageRequest } from "../../../core/page.ts";
import { isScopeSet } from "../../../core/permissions.ts";
import { batch } from "../../../database/batch.ts";
import type { Database } from "../../../database/client.ts";
import { selectPage } from "../../../database/keyset-pagination.ts";
import { requireHolding, requireThat } from "../../../database/preconditions.ts";
import { personalTokens } from "../../../database/tables/personal-tokens.ts";
import { users } from "../../../database/tables/users.ts";
import { type Due, type Progress, removeRows, type Spending } from "../../../database/work.ts";

/** Columns of a token that the API returns. */
const publicToken = {
  id: personalTokens.id,
  name: personalTokens.name,
  scopes: personalTokens.scopes,
  key_hint: personalTokens.keyHint,
  created_at: personalTokens.createdAt,
  expires_at: personalTokens.expiresAt,
  last_used_at: personalTokens.lastUsedAt,
};

const SORT_KEYS = { created_at: { by: personalTokens.createdAt, type: "timestamptz" } } as const;

const MAX_LIVE_TOKENS = 100;

interface NewToken {
  id: string;
  userId: string;
  secretHash: string;
  /** First characters of an API key; null for a personal token. */
  keyHint: string | null;
  name: string;
  scopes: readonly string[];
  days: number;
}

/**
 * Adds a token whose scopes its owner holds, on the instance or in an organization. Scope sets need no check, since they never grant
 * more than the owner holds.
 * Concurrent calls for one owner run one after another, so that the maximum is not exceeded.
 */
export async function insertToken(db: Database, { days, scopes, ...token }: NewToken) {
  const names = sql`array(
    select scope from jsonb_array_elements_text(${JSON.stringify(scopes.filter((scope) => !isScopeSet(scope)))}::jsonb) as wanted (scope)
    where not exists (
      select from memberships m
      join organizations o on o.id = m.organization_id and not o.is_deleted
      join organization_roles r on r.id = m.role_id
      where m.user_id = ${token.userId} and m.left_at is null and scope = any(r.grants)))`;
  const isRoom = sql`(select count(*) < ${MAX_LIVE_TOKENS} from ${personalTokens} where ${isLiveOf(token.userId)})`;
  const { created } = await batch(db, {
    locked: db.select({ id: users.id }).from(users).where(eq(users.id, token.userId)).for("no key update"),
    preconditions: [
      requireHolding(db, token.userId, names),
      requireThat(
        db,
        isRoom,
        "ruleViolation",
        `You already have ${MAX_LIVE_TOKENS} tokens. Revoke one first.`,
      ),
    ],
    created: db
      .insert(personalTokens)
      .values({ ...token, scopes: [...scopes], expiresAt: sql`now() + make_interval(days => ${days})` })
      .returning(publicToken),
  });
  return created[0];
}

/** Lists a page of a user's live tokens. */
export const listTokens = (db: Database, userId: string, request: PageRequest<keyof typeof SORT_KEYS>) =>
  selectPage(
    db,
    { from: personalTokens, columns: publicToken, keys: SORT_KEYS, where: isLiveOf(userId) },
    request,
  );

/** Revokes a live token of a user, and returns whether there was one. */
export async function revokeToken(db: Database, userId: string, id: string): Promise<boolean> {
  const { rowCount } = await db
    .update(personalTokens)
    .set({ revokedAt: sql`now()` })
    .where(and(eq(personalTokens.id, id), isLiveOf(userId)));
  return rowCount === 1;
}

const DEAD: Due = {
  table: personalTokens,
  at: sql`least(expires_at, revoked_at)`,
  before: sql`now() - interval '7 days'`,
  among: sql`revoked_for is distinct from 'account_closed'`,
};

/**
 * Removes tokens that ended over a week ago. Tokens that ended with their account stay until the account is activated or
 * restored, so that the response can list them, or erased.
 */
export const removeDeadTokens = (db: Database, spending: Spending): Promise<Progress> =>
  removeRows(db, DEAD, spending);

const isLiveOf = (userId: string) =>
  and(
    eq(personalTokens.userId, userId),
    isNull(personalTokens.revokedAt),
    gt(personalTokens.expiresAt, sql`now()`),
  );
