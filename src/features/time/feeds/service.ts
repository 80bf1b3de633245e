import { notFound, unauthenticated } from "../../../core/errors.ts";
import { pageRequest, partsOf } from "../../../core/page.ts";
import { hashOfFeedToken, newFeedToken, readFeedToken } from "../../../core/security/feed-token.ts";
import type { PrincipalScope, Scope } from "../../../http/context.ts";
import { writeCalendar } from "../formats/calendar.ts";
import * as repository from "./repository.ts";
import type { CalendarFeedQuery, CreateCalendarFeed } from "./schemas.ts";

const EXTENSION = ".ics";

/** A new feed of the caller's entries, and the token in its address, which nobody can tell afterwards. @throws AppError BUSINESS_LOGIC_ERROR for one too many */
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

/** A page of the caller's feeds. */
export const listFeeds = ({ db, principal }: PrincipalScope, query: CalendarFeedQuery) =>
  repository.listFeeds(db, principal.userId, pageRequest(query));

/** Ends a feed of the caller's from the next request on. @throws AppError RESOURCE_NOT_FOUND, for another's too */
export async function deleteFeed({ db, principal }: PrincipalScope, id: string): Promise<void> {
  if (!(await repository.revokeFeed(db, principal.userId, id))) notFound("feed");
}

/**
 * The feed at an address: a tag of its present state, and its text, which comes in parts. It has the entries of a year that
 * ended. @throws AppError RESOURCE_NOT_FOUND, also where its owner may not read it any more
 */
export async function openFeed({ db }: Scope, file: string) {
  const token = file.endsWith(EXTENSION) ? file.slice(0, -EXTENSION.length) : "";
  const claim = await readFeedToken(token);
  const feed = claim && (await repository.findFeed(db, claim));
  if (!feed) notFound("feed");
  const entries = partsOf((place) => repository.listFeedEntries(db, claim, place));
  return { tag: feed.tag, parts: writeCalendar(entries, feed.name) };
}
