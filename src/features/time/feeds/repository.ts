import { and, eq, isNull, type SQL, sql } from "drizzle-orm";
import type { Cursor, PageRequest } from "../../../core/page.ts";
import type { FeedClaim } from "../../../core/security/feed-token.ts";
import { batch } from "../../../database/batch.ts";
import type { Database } from "../../../database/client.ts";
import { selectPage, selectPart } from "../../../database/keyset-pagination.ts";
import { shown } from "../../../database/owned.ts";
import { hasRequestedOwner, isOwnedBy } from "../../../database/ownership.ts";
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

/** Creates a feed. Locks the owner, so that concurrent requests cannot exceed the limit. */
export async function insertFeed(db: Database, feed: NewFeed) {
  const { id, ownerId, name } = feed;
  const hasRoom = sql`(select count(*) < ${MAX_LIVE_FEEDS} from ${calendarFeeds} where ${isLiveOf(ownerId)})`;
  const message = `You have ${MAX_LIVE_FEEDS} calendar feeds. Delete one that you don't need.`;
  const { created } = await batch(db, {
    locked: db.select({ id: users.id }).from(users).where(eq(users.id, ownerId)).for("no key update"),
    precondition: requireThat(db, hasRoom, "ruleViolation", message),
    created: db.insert(calendarFeeds).values(feed).returning(publicFeed),
    audited: db.execute(
      sql`select audit('feed.created', 'user', ${ownerId}, ${JSON.stringify({ feed_id: id, name })}::jsonb)`,
    ),
  });
  return created[0];
}

/** Returns a page of the live feeds of a user. */
export const listFeeds = (db: Database, ownerId: string, request: PageRequest<keyof typeof SORT_KEYS>) =>
  selectPage(
    db,
    { from: calendarFeeds, columns: publicFeed, keys: SORT_KEYS, where: isLiveOf(ownerId) },
    request,
  );

/** Revokes a live feed of a user. Returns whether it existed. */
export async function revokeFeed(db: Database, ownerId: string, id: string): Promise<boolean> {
  const { rowCount } = await db.execute(sql`
    with revoked as (
      update ${calendarFeeds} set revoked_at = now() where ${eq(calendarFeeds.id, id)} and ${isLiveOf(ownerId)}
      returning id, owner_id, name
    )
    select audit('feed.revoked', 'user', owner_id, jsonb_build_object('feed_id', id, 'name', name)) from revoked`);
  return rowCount === 1;
}

/** Returns the name of the feed that a token identifies, and an entity tag of its current content. @throws AppError RESOURCE_NOT_FOUND */
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

/** Returns the feed's next entries after `cursor`. @throws AppError RESOURCE_NOT_FOUND */
export async function listFeedEntries(
  db: Database,
  claim: FeedClaim,
  { limit, cursor }: { limit: number; cursor: Cursor | undefined },
) {
  const part = await selectPart(
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
  return { ...part, items: part.items.map((item) => shown(item)) };
}

/** Requires that the feed is live, and that its owner is active and may read their time entries. */
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

/** Returns the condition that an entry is in the feed: it has ended, and began today or in the 366 days before. */
const isInFeedOf = (ownerId: string): SQL => sql`
  ${hasRequestedOwner(timeEntries, { actorId: ownerId }, "time_entries")} and not is_deleted and ended_at is not null
  and started_at >= date_trunc('day', now(), 'UTC') - interval '366 days'`;

const isLiveOf = (ownerId: string) => and(isOwnedBy(calendarFeeds, ownerId), isNull(calendarFeeds.revokedAt));
