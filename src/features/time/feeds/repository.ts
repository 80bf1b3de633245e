import { and, eq, isNull, type SQL, sql } from "drizzle-orm";
import type { Cursor, PageRequest } from "../../../core/page.ts";
import type { FeedClaim } from "../../../core/security/feed-token.ts";
import { batch } from "../../../database/batch.ts";
import type { Database } from "../../../database/client.ts";
import { selectPage, selectPart } from "../../../database/keyset-pagination.ts";
import { isOwnedBy } from "../../../database/ownership.ts";
import { requireThat } from "../../../database/preconditions.ts";
import { calendarFeeds, timeEntries } from "../../../database/tables/productivity.ts";
import { users } from "../../../database/tables/users.ts";
import { namesFor, timeEntryColumns, timeEntryKeys } from "../time-entries/statements.ts";

const publicFeed = {
  id: calendarFeeds.id,
  name: calendarFeeds.name,
  created_at: calendarFeeds.createdAt,
  last_read_at: calendarFeeds.lastReadAt,
};

const SORT_KEYS = { created_at: { by: calendarFeeds.createdAt, type: "timestamptz" } } as const;

const MAX_LIVE_FEEDS = 100;

interface NewFeed {
  id: string;
  ownerId: string;
  name: string;
  secretHash: string;
}

/** Adds a feed. Those who add one for the same owner take turns, so that none is too many. */
export async function insertFeed(db: Database, feed: NewFeed) {
  const { id, ownerId, name } = feed;
  const isRoom = sql`(select count(*) < ${MAX_LIVE_FEEDS} from ${calendarFeeds} where ${isLiveOf(ownerId)})`;
  const message = `You have ${MAX_LIVE_FEEDS} calendar feeds. Delete one that you don't need.`;
  const { created } = await batch(db, {
    locked: db.select({ id: users.id }).from(users).where(eq(users.id, ownerId)).for("no key update"),
    precondition: requireThat(db, isRoom, "ruleViolation", message),
    created: db.insert(calendarFeeds).values(feed).returning(publicFeed),
    audited: db.execute(
      sql`select audit('feed.created', 'user', ${ownerId}, ${JSON.stringify({ feed_id: id, name })}::jsonb)`,
    ),
  });
  return created[0];
}

/** A page of the live feeds of a user. */
export const listFeeds = (db: Database, ownerId: string, request: PageRequest<keyof typeof SORT_KEYS>) =>
  selectPage(
    db,
    { from: calendarFeeds, columns: publicFeed, keys: SORT_KEYS, where: isLiveOf(ownerId) },
    request,
  );

/** Ends a live feed of a user. Whether there was one. */
export async function revokeFeed(db: Database, ownerId: string, id: string): Promise<boolean> {
  const { rowCount } = await db.execute(sql`
    with revoked as (
      update ${calendarFeeds} set revoked_at = now() where ${eq(calendarFeeds.id, id)} and ${isLiveOf(ownerId)}
      returning id, owner_id, name
    )
    select audit('feed.revoked', 'user', owner_id, jsonb_build_object('feed_id', id, 'name', name)) from revoked`);
  return rowCount === 1;
}

/** The name of the feed that is claimed, and a tag of what it has in it now. @throws AppError RESOURCE_NOT_FOUND */
export async function findFeed(db: Database, claim: FeedClaim) {
  const { client, project, task, tags } = namesFor(claim.ownerId);
  const state = sql`
    select md5(count(*) || ' ' || coalesce(sum(hashtextextended(concat_ws(chr(31), id, version, coalesce(${client.sql}, ''),
        coalesce(${project.sql}, ''), coalesce(${task.sql}, ''), array_to_string(${tags.sql}, chr(30))), 0)), 0))
      from ${timeEntries} where ${isInFeedOf(claim.ownerId)}`;
  const { found } = await batch(db, {
    precondition: requireLive(db, claim),
    noted: db
      .update(calendarFeeds)
      .set({ lastReadAt: sql`now()` })
      .where(
        sql`secret_hash = ${claim.hash} and (last_read_at is null or last_read_at < now() - interval '1 hour')`,
      ),
    found: db
      .select({ name: calendarFeeds.name, tag: sql<string>`(${state})` })
      .from(calendarFeeds)
      .where(eq(calendarFeeds.secretHash, claim.hash)),
  });
  return found[0];
}

/** Some of the entries of the feed, the next ones from the place of `cursor`. @throws AppError RESOURCE_NOT_FOUND */
export const listFeedEntries = (
  db: Database,
  claim: FeedClaim,
  { limit, cursor }: { limit: number; cursor: Cursor | undefined },
) =>
  selectPart(
    db,
    {
      from: timeEntries,
      columns: { ...timeEntryColumns, ...namesFor(claim.ownerId) },
      keys: timeEntryKeys,
      where: isInFeedOf(claim.ownerId),
    },
    { sort: "started_at", isDescending: false, skip: 0, limit, cursor },
    requireLive(db, claim),
  );

/** Requires that the feed is there, and that its owner may read what it has in it. */
const requireLive = (db: Database, { ownerId, hash }: FeedClaim) =>
  requireThat(
    db,
    sql`exists (
      select from ${calendarFeeds} f join ${users} u on u.id = f.owner_id
       where f.secret_hash = ${hash} and ${isOwnedBy(sql`f`, ownerId)} and f.revoked_at is null and u.is_active and not u.is_deleted
    ) and holds_all(${ownerId}, '{time_entries:read}')`,
    "notFound",
    "Feed not found.",
  );

/** What ended, of this day and the 366 before it. */
const isInFeedOf = (ownerId: string): SQL => sql`
  ${isOwnedBy(timeEntries, ownerId)} and not is_deleted and ended_at is not null
  and started_at >= date_trunc('day', now(), 'UTC') - interval '366 days'`;

const isLiveOf = (ownerId: string) => and(isOwnedBy(calendarFeeds, ownerId), isNull(calendarFeeds.revokedAt));
