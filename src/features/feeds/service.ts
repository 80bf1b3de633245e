import type { PrincipalScope, Scope } from "../../core/context.ts";
import { AppError, notFound } from "../../core/errors.ts";
import { beginCalendar, calendarEvent, endCalendar } from "../../core/icalendar.ts";
import { type Cursor, pageRequest } from "../../core/page.ts";
import {
  type FeedClaim,
  hashOfFeedToken,
  newFeedToken,
  readFeedToken,
} from "../../core/security/feed-token.ts";
import { eventOf } from "../exports/service.ts";
import * as repository from "./repository.ts";
import type { CalendarFeedQuery, CreateCalendarFeed } from "./schemas.ts";

const EXTENSION = ".ics";

/** How many entries one round trip brings. */
const PART = 1_000;

/** A new feed of the caller's entries, and the token in its address, which nobody can tell afterwards. @throws AppError BUSINESS_LOGIC_ERROR for one too many */
export async function createFeed({ db, principal }: PrincipalScope, { name }: CreateCalendarFeed) {
  const token = newFeedToken(principal.userId);
  const created = await repository.insertFeed(db, {
    id: crypto.randomUUID(),
    ownerId: principal.userId,
    name,
    secretHash: await hashOfFeedToken(token),
  });
  if (!created) throw new AppError("INVALID_TOKEN");
  return { ...created, file: token + EXTENSION };
}

/** A page of the caller's feeds. */
export const listFeeds = ({ db, principal }: PrincipalScope, query: CalendarFeedQuery) =>
  repository.listFeeds(db, principal.userId, pageRequest(query));

/** Ends a feed of the caller's from the next request on. @throws AppError RESOURCE_NOT_FOUND, for another's too */
export async function deleteFeed({ db, principal }: PrincipalScope, id: string): Promise<void> {
  if (!(await repository.revokeFeed(db, principal.userId, id))) throw notFound("feed");
}

/**
 * The feed at an address: a tag of its present state, and its text, which comes in parts. It has the entries of a year that
 * ended. @throws AppError RESOURCE_NOT_FOUND, also where its owner may not read it any more
 */
export async function openFeed({ db }: Scope, file: string) {
  const token = file.endsWith(EXTENSION) ? file.slice(0, -EXTENSION.length) : "";
  const claim = await readFeedToken(token);
  const feed = claim && (await repository.findFeed(db, claim));
  if (!feed) throw notFound("feed");
  return { tag: feed.tag, parts: writeFeed({ db }, claim, feed.name) };
}

async function* writeFeed({ db }: Pick<Scope, "db">, claim: FeedClaim, name: string) {
  let head = beginCalendar(name);
  let cursor: Cursor | undefined;
  do {
    const part = await repository.listFeedEntries(db, claim, { limit: PART, cursor });
    yield head + part.items.map((entry) => calendarEvent(eventOf(entry))).join("");
    head = "";
    cursor = part.next;
  } while (cursor);
  yield endCalendar();
}
