import { notFound, unauthenticated } from "../../../core/errors.ts";
import { pageRequest, partsOf } from "../../../core/page.ts";
import { hashOfFeedToken, newFeedToken, readFeedToken } from "../../../core/security/feed-token.ts";
import type { PrincipalScope, Scope } from "../../../http/context.ts";
import { writeCalendar } from "../formats/calendar.ts";
import * as repository from "./repository.ts";
import type { CalendarFeedQuery, CreateCalendarFeed } from "./schemas.ts";

const EXTENSION = ".ics";

/**
 * Creates a feed of the caller's entries. Returns it with the file name in its URL, which has the token and cannot be retrieved later.
 *
 * @throws AppError BUSINESS_LOGIC_ERROR for too many feeds
 */
export async function createFeed({ db, principal }: PrincipalScope, { name }: CreateCalendarFeed) {
  const token = newFeedToken(principal.userId);
  const created = await repository.insertFeed(db, {
    id: crypto.randomUUID(),
    ownerId: principal.userId,
    name,
    secretHash: await hashOfFeedToken(token),
  });
  if (!created) unauthenticated();
  return { ...created, file: token + EXTENSION };
}

/** Returns a page of the caller's feeds. */
export const listFeeds = ({ db, principal }: PrincipalScope, query: CalendarFeedQuery) =>
  repository.listFeeds(db, principal.userId, pageRequest(query));

/** Revokes a feed of the caller, from the next request on. @throws AppError RESOURCE_NOT_FOUND, also for other users' feeds */
export async function deleteFeed({ db, principal }: PrincipalScope, id: string): Promise<void> {
  if (!(await repository.revokeFeed(db, principal.userId, id))) notFound("feed");
}

/**
 * Returns an entity tag of a feed's current content, and its calendar in parts, with the entries of the last year that have ended.
 *
 * @throws AppError RESOURCE_NOT_FOUND, also if the owner may no longer read their time entries
 */
export async function openFeed({ db }: Scope, file: string) {
  const token = file.endsWith(EXTENSION) ? file.slice(0, -EXTENSION.length) : "";
  const claim = await readFeedToken(token);
  const feed = claim && (await repository.findFeed(db, claim));
  if (!feed) notFound("feed");
  const entries = partsOf((place) => repository.listFeedEntries(db, claim, place));
  return { tag: feed.tag, parts: writeCalendar(entries, feed.name) };
}
