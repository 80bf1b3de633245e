import { and, eq, gt, isNull, ne, sql } from "drizzle-orm";
import type { PageRequest } from "../../../core/page.ts";
import { batch } from "../../../database/batch.ts";
import type { Database } from "../../../database/client.ts";
import { callFunction } from "../../../database/connection.ts";
import { selectPage } from "../../../database/keyset-pagination.ts";
import { endSessions } from "../../../database/session-ends.ts";
import { sessions } from "../../../database/tables/sessions.ts";
import { type Due, type Progress, removeRows, type Spending } from "../../../database/work.ts";
import type { Bucket } from "../throttling/policies.ts";
import { bucketPayload } from "../throttling/statements.ts";
import { type Administration, lock, requireLive, requireRank } from "../users/statements.ts";

/**
 * Outcomes for a refresh token:
 * - `advance`: the token was current, and the counter was increased
 * - `reissue`: its successor was issued moments ago: a concurrent tab, or a lost response
 * - `recover`: its successor was issued long ago and never used; allowed once a day
 * - `superseded`: the token is older, but by moments: a slow tab; it is refused, and the session continues
 * - `theft`: the token is older; the session has been ended
 * - `ended`, `expired`, `inactive`: the session or its account cannot continue
 */
type Verdict = "advance" | "reissue" | "recover" | "superseded" | "theft" | "ended" | "expired" | "inactive";

interface Presented {
  sessionId: string;
  secretHash: string;
  counter: number;
  graceSeconds: number;
  idleSeconds: number;
  /** Buckets that count refreshes. */
  refreshes: readonly Bucket[];
  /** Buckets that count refused tokens. */
  refused: readonly Bucket[];
}

/** Result of a refresh. */
export interface Rotation {
  verdict: Verdict;
  user_id: string;
  token_delivery: typeof sessions.$inferSelect.tokenDelivery;
  /** Number of the current token. */
  counter: number;
}

/**
 * Decides about a refresh token and carries the verdict out (functions/sessions/rotate_token.sql). Returns undefined if the session
 * does not exist.
 *
 * @throws AppError RATE_LIMIT_EXCEEDED
 */
export async function rotateToken(db: Database, presented: Presented): Promise<Rotation | undefined> {
  const { sessionId, secretHash, counter, graceSeconds, idleSeconds, refreshes, refused } = presented;
  const payload = {
    session: sessionId,
    hash: secretHash,
    counter,
    grace: graceSeconds,
    idle: idleSeconds,
    refreshes: refreshes.map(bucketPayload),
    refused: refused.map(bucketPayload),
  };
  return (await callFunction<Rotation | null>(db, "rotate_token", JSON.stringify(payload))) ?? undefined;
}

/** Ends a session, if it has not ended yet. */
export async function revokeSession(db: Database, sessionId: string): Promise<void> {
  await db
    .update(sessions)
    .set({ revokedAt: sql`now()`, revokedFor: "logout" })
    .where(and(eq(sessions.id, sessionId), isNull(sessions.revokedAt)));
}

/** Columns of a session that the API returns. */
const publicSession = {
  id: sessions.id,
  user_agent: sessions.userAgent,
  address: sessions.address,
  created_at: sessions.createdAt,
  last_seen_at: sql`greatest(${sessions.rotatedAt}, ${sessions.authenticatedAt})`
    .mapWith(sessions.rotatedAt)
    .as("last_seen_at"),
  expires_at: sql`least(${sessions.idleAt}, ${sessions.endsAt})`.mapWith(sessions.endsAt).as("expires_at"),
};

const SORT_KEYS = { created_at: { by: sessions.createdAt, type: "timestamptz" } } as const;

type Request = PageRequest<keyof typeof SORT_KEYS>;

/** Lists a page of the current user's live sessions. */
export const listOwnSessions = (db: Database, userId: string, request: Request) =>
  selectPage(db, liveSessionsOf(userId), request);

/** Lists a page of a user's live sessions, for an administrator. @throws AppError RESOURCE_NOT_FOUND */
export const listUserSessions = (db: Database, userId: string, request: Request) =>
  selectPage(db, liveSessionsOf(userId), request, requireLive(db, userId));

const liveSessionsOf = (userId: string) => ({
  from: sessions,
  columns: publicSession,
  keys: SORT_KEYS,
  where: isLiveOf(userId),
});

/** Ends a live session of a user, and returns whether there was one. */
export async function endOwnSession(db: Database, userId: string, id: string): Promise<boolean> {
  const { rowCount } = await endSessions(db, "ended_by_owner", userId, and(isUnexpired, eq(sessions.id, id)));
  return rowCount === 1;
}

/** Ends the live sessions of a user except `keptId`. Concurrent calls for one user run one after another. */
export async function endOtherSessions(db: Database, userId: string, keptId: string): Promise<void> {
  await batch(db, {
    locked: lock(db, userId),
    ended: endSessions(db, "ended_by_owner", userId, and(isUnexpired, ne(sessions.id, keptId))),
  });
}

/** Ends the live sessions of a user, or only `sessionId`, for an administrator. Returns their number and the user's email. */
export async function endUserSessions(
  db: Database,
  { actorId, id }: Administration,
  sessionId?: string,
): Promise<{ ended: number; email: string | undefined }> {
  const { locked, ended } = await batch(db, {
    locked: lock(db, id),
    preconditions: [requireLive(db, id), requireRank(db, actorId, id)],
    ended: endSessions(
      db,
      "ended_by_administrator",
      id,
      and(isUnexpired, sessionId === undefined ? undefined : eq(sessions.id, sessionId)),
    ),
  });
  return { ended: ended.rowCount, email: locked[0]?.email };
}

const isLiveOf = (userId: string) =>
  and(eq(sessions.userId, userId), isNull(sessions.revokedAt), isUnexpired);

const isUnexpired = gt(sql`least(${sessions.idleAt}, ${sessions.endsAt})`, sql`now()`);

const DEAD: Due = {
  table: sessions,
  at: sql`least(idle_at, ends_at, revoked_at)`,
  before: sql`now() - interval '7 days'`,
};

/** Removes sessions that ended over a week ago. */
export const removeDeadSessions = (db: Database, spending: Spending): Promise<Progress> =>
  removeRows(db, DEAD, spending);
