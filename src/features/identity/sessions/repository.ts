import { and, eq, gt, isNull, ne, sql } from "drizzle-orm";
import type { PageRequest } from "../../../core/page.ts";
import { batch } from "../../../database/batch.ts";
import type { Database } from "../../../database/client.ts";
import { selectPage } from "../../../database/keyset-pagination.ts";
import { endSessions } from "../../../database/session-ends.ts";
import { sessions } from "../../../database/tables/sessions.ts";
import { users } from "../../../database/tables/users.ts";
import { type Due, type Progress, removeRows, type Spending } from "../../../database/work.ts";
import type { Bucket } from "../throttling/policies.ts";
import { requireAttempt, requireOpen } from "../throttling/statements.ts";
import { type Administration, lock, requireLive, requireRank } from "../users/statements.ts";

/**
 * What became of a refresh token that was presented:
 * - `advance`: it was the current one; the counter moved on
 * - `reissue`: its successor was made moments ago: a racing tab, or a lost answer
 * - `recover`: its successor was made long ago and never came back; forgiven once a day
 * - `superseded`: older still, but within moments: a slow tab; refused, and no harm done
 * - `theft`: older still; the session has been ended
 * - `ended`, `expired`, `inactive`: the session or its account can't go on
 */
type Verdict = "advance" | "reissue" | "recover" | "superseded" | "theft" | "ended" | "expired" | "inactive";

interface Presented {
  sessionId: string;
  secretHash: string;
  counter: number;
  graceSeconds: number;
  idleSeconds: number;
  /** Counts refreshes. */
  often: readonly Bucket[];
  /** Counts tokens that were refused. */
  refused: readonly Bucket[];
}

export interface Rotation {
  verdict: Verdict;
  user_id: string;
  token_delivery: typeof sessions.$inferSelect.tokenDelivery;
  /** The number of the token that is current now. */
  counter: number;
}

/**
 * Judges a presented refresh token and carries the verdict out, in one statement. The row lock lets concurrent refreshes
 * pass one by one, each seeing what the last one left. Undefined if there is no such session.
 *
 * @throws AppError RATE_LIMIT_EXCEEDED
 */
export async function rotate(db: Database, presented: Presented): Promise<Rotation | undefined> {
  const { sessionId, secretHash, counter, graceSeconds, idleSeconds, often, refused } = presented;
  const rotation = db.execute<Rotation & Record<string, unknown>>(sql`
    with presented as (
      select s.id, s.user_id, s.token_delivery, s.counter,
        case
          when u.is_deleted then 'ended'
          when not u.is_active then 'inactive'
          when s.revoked_at is not null then 'ended'
          when least(s.idle_at, s.ends_at) <= now() then 'expired'
          when s.counter = ${counter} then 'advance'
          when s.counter < ${counter} then 'ended'
          when s.rotated_at > now() - make_interval(secs => ${graceSeconds})
            then case when s.counter = ${counter + 1} then 'reissue' else 'superseded' end
          when s.counter = ${counter + 1} and (s.recovered_at is null or s.recovered_at < now() - interval '1 day')
            then 'recover'
          else 'theft'
        end as verdict
      from ${sessions} s join ${users} u on u.id = s.user_id
      where s.id = ${sessionId} and s.secret_hash = ${secretHash}
      for update of s
    ), carried_out as (
      update ${sessions} s set
        counter = case verdict when 'advance' then s.counter + 1 else s.counter end,
        rotated_at = case verdict when 'theft' then s.rotated_at else now() end,
        recovered_at = case verdict when 'recover' then now() else s.recovered_at end,
        idle_at = case verdict when 'theft' then s.idle_at
          else least(now() + make_interval(secs => ${idleSeconds}), s.ends_at) end,
        revoked_at = case verdict when 'theft' then now() end,
        revoked_for = case verdict when 'theft' then 'token_reuse' end
      from presented where s.id = presented.id and verdict in ('advance', 'recover', 'theft')
      returning s.counter
    )
    select verdict, user_id, token_delivery, coalesce((select counter from carried_out), counter) as counter
    from presented`);
  const { judged } = await batch(db, {
    throttling: [requireOpen(db, refused), requireAttempt(db, often)],
    judged: rotation,
  });
  return judged.rows[0];
}

/** Ends a session, if it has not ended yet. */
export async function revoke(db: Database, sessionId: string): Promise<void> {
  await db
    .update(sessions)
    .set({ revokedAt: sql`now()`, revokedFor: "logout" })
    .where(and(eq(sessions.id, sessionId), isNull(sessions.revokedAt)));
}

/** What the API shows of a session. */
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

/** A page of the live sessions of the user who asks. */
export const listOwn = (db: Database, userId: string, request: Request) =>
  selectPage(db, liveSessionsOf(userId), request);

/** The same for an administrator. */
export const listOfUser = (db: Database, userId: string, request: Request) =>
  selectPage(db, liveSessionsOf(userId), request, requireLive(db, userId));

const liveSessionsOf = (userId: string) => ({
  from: sessions,
  columns: publicSession,
  keys: SORT_KEYS,
  where: isLiveOf(userId),
});

/** Ends a live session of a user. Whether there was one. */
export async function endOwn(db: Database, userId: string, id: string): Promise<boolean> {
  const { rowCount } = await endSessions(db, "ended_by_owner", userId, and(isNotOver, eq(sessions.id, id)));
  return rowCount === 1;
}

/** Ends the live sessions of a user but `keptId`. Those who do so for the same user take turns. */
export async function endOthers(db: Database, userId: string, keptId: string): Promise<void> {
  await batch(db, {
    locked: lock(db, userId),
    ended: endSessions(db, "ended_by_owner", userId, and(isNotOver, ne(sessions.id, keptId))),
  });
}

/** Ends the live sessions of a user, or the one with `sessionId`, for an administrator. How many there were, and the user's email. */
export async function endOfUser(
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
      and(isNotOver, sessionId === undefined ? undefined : eq(sessions.id, sessionId)),
    ),
  });
  return { ended: ended.rowCount, email: locked[0]?.email };
}

const isLiveOf = (userId: string) => and(eq(sessions.userId, userId), isNull(sessions.revokedAt), isNotOver);

const isNotOver = gt(sql`least(${sessions.idleAt}, ${sessions.endsAt})`, sql`now()`);

const DEAD: Due = {
  table: sessions,
  at: sql`least(idle_at, ends_at, revoked_at)`,
  before: sql`now() - interval '7 days'`,
};

/** Removes sessions that ended over a week ago. */
export const removeDead = (db: Database, spending: Spending): Promise<Progress> =>
  removeRows(db, DEAD, spending);
