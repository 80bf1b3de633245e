import { useQuery } from "@tanstack/preact-query";
import { api, call, callPage } from "../api/client.ts";
import { ApiError } from "../api/errors.ts";
import { queries, useEarlyQuery } from "./client.ts";
import { useHasNames } from "./names.ts";
import { applyChanges, type Change, type Entry } from "./outbox/changes.ts";
import { useChanges, waitingChanges } from "./outbox/outbox.ts";
import { presentScope, type Scope, scopeOf, useScope } from "./scope.ts";
import { sessionUserId, useSession } from "./session.ts";

/** Filter of a list of entries. Each part narrows it. */
export interface EntryFilter {
  /** Scope of the entries; the user's own of all scopes without it. */
  scope?: Scope | undefined;
  /** Owner of the entries, or `all` that the user reaches; the user without it. */
  owner?: string | undefined;
  /** First instant, and the one after the last. */
  from?: string | undefined;
  to?: string | undefined;
  projectId?: string | undefined;
  tagId?: string | undefined;
  q?: string | undefined;
  isBillable?: boolean | undefined;
  /** Number of the newest entries to load, in place of pages. */
  limit?: number | undefined;
  /** Set to list only what was deleted. */
  isDeleted?: true | undefined;
}

/** Beginning of the keys of lists. Other data that follows from entries has keys that begin with `entries` as well. */
const LIST = ["entries", "list"];
const HOUR_MS = 3_600_000;

/** Number of entries that the API returns in one answer, in a period of at most a month and in a longer one. */
const PAGE = { short: 1000, long: 100 };

/** Length of a month in which clocks are put back. */
const MONTH_MS = (31 * 24 + 2) * HOUR_MS;

/** Returns whether the API returns a thousand entries of the period of a filter in one answer. */
const isShort = ({ from, to }: EntryFilter): boolean =>
  from !== undefined && to !== undefined && Date.parse(to) - Date.parse(from) <= MONTH_MS;

/** Returns whether an entry is among those that a filter shows. */
function matches(entry: Entry, filter: EntryFilter): boolean {
  const { scope, owner = sessionUserId(), from, to, projectId, tagId, q, isBillable } = filter;
  const end = entry.ended_at === null ? Number.POSITIVE_INFINITY : Date.parse(entry.ended_at);
  return (
    (scope === undefined || scopeOf(entry) === scope) &&
    (owner === "all" || entry.owner_id === owner) &&
    (from === undefined || end > Date.parse(from)) &&
    (to === undefined || Date.parse(entry.started_at) < Date.parse(to)) &&
    (projectId === undefined || entry.project_id === projectId) &&
    (tagId === undefined || entry.tag_ids.includes(tagId)) &&
    (q === undefined || entry.description.toLowerCase().includes(q.toLowerCase())) &&
    (isBillable === undefined || entry.is_billable === isBillable)
  );
}

/** Loads the first pages of a list. The server may end a page early, so the next one begins where it says. */
async function load(filter: EntryFilter, pages: number): Promise<Page> {
  const { scope, owner, from, to, projectId, tagId, q, isBillable, isDeleted } = filter;
  const limit = filter.limit ?? (isShort(filter) ? PAGE.short : PAGE.long);
  const entries: Entry[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < pages; page++) {
    const query = {
      limit,
      ...(cursor && { cursor }),
      ...(scope !== undefined && { organization_id: scope ?? "none" }),
      ...(owner && { owner_id: owner }),
      ...(from && { from }),
      ...(to && { to }),
      ...(projectId && { project_id: projectId }),
      ...(tagId && { tag_id: tagId }),
      ...(q && { q }),
      ...(isBillable !== undefined && { billable: isBillable }),
      ...(isDeleted && { deleted: true }),
    };
    const { data, next } = await callPage(api.GET("/time-entries", { params: { query } }));
    entries.push(...data);
    cursor = next;
    if (!cursor) break;
  }
  return { entries, hasMore: cursor !== undefined };
}

interface Page {
  entries: Entry[];
  hasMore: boolean;
}

const OFFLINE = new ApiError("OFFLINE");

/** Returns the entries on the first `pages` of the list that a filter shows, with the changes that wait. */
export function useEntries(filter: EntryFilter, pages = 1) {
  const query = useEarlyQuery({
    queryKey: [...LIST, filter, pages],
    queryFn: () => load(filter, pages),
    // The former list stays until the next has loaded, but not in place of deleted entries, and not offline.
    placeholderData: (before: Page | undefined, former?: { queryKey: readonly unknown[] }) =>
      navigator.onLine && (former?.queryKey[2] as EntryFilter)?.isDeleted === filter.isDeleted
        ? before
        : undefined,
  });
  const changes = useChanges();
  const present = useScope();
  const hasNames = useHasNames(filter.scope === undefined ? present : filter.scope);
  const page = hasNames ? query.data : undefined;
  const data = page && { ...page, entries: shown(page.entries, filter, changes) };
  // Without a connection, the query waits, and has no error of its own.
  const error = query.error ?? (query.fetchStatus === "paused" ? OFFLINE : null);
  return { data, error, refetch: query.refetch };
}

const shown = (entries: readonly Entry[], filter: EntryFilter, changes: readonly Change[]): Entry[] =>
  filter.isDeleted
    ? entries.filter(
        ({ id }) => !changes.some(({ entryId, work }) => entryId === id && work.do === "restore"),
      )
    : applyChanges(entries, changes).filter((entry) => matches(entry, filter));

const RUNNING = { queryKey: ["running"], staleTime: 60_000, refetchInterval: 60_000 };

/** Returns the running entry, with the changes that wait; undefined until it is known, and null if no entry runs. */
export function useRunning(): Entry | null | undefined {
  const session = useSession().data;
  const { data } = useQuery(
    {
      ...RUNNING,
      queryFn: () => call(api.GET("/time-entries/current")).then(({ entry }) => entry),
      initialData: session?.running,
    },
    queries,
  );
  const changes = useChanges();
  if (data === undefined) return undefined;
  return findRunning(applyChanges(data ? [data] : [], changes)) ?? null;
}

/** Returns the running entry, as far as it is loaded. */
export function presentRunning(): Entry | undefined {
  const running = queries.getQueryData<Entry | null>(RUNNING.queryKey);
  return findRunning(applyChanges(running ? [running] : [], waitingChanges()));
}

/** Filter of the latest entries of all scopes, from which the timer knows the past. */
export const LATEST: EntryFilter = { limit: 20 };

/** Returns the filter of the latest entries of a scope. */
export const latestOf = (scope: Scope): EntryFilter => ({ ...LATEST, scope });

/** Loads the latest entries again, since another device may have added some. */
export const reloadLatest = (): Promise<void> => queries.invalidateQueries({ queryKey: [...LIST, LATEST] });

/** Returns the latest entries of the present scope, which are loaded if necessary: now, not when there is a connection again. @throws ApiError */
export async function loadLatest(): Promise<Entry[]> {
  const filter = latestOf(presentScope());
  const known = queries.getQueryData<Page>([...LIST, filter, 1]);
  const { entries } = known ?? (await load(filter, 1));
  return shown(entries, filter, waitingChanges());
}

const findRunning = (entries: readonly Entry[]): Entry | undefined =>
  entries.find(({ ended_at }) => ended_at === null);

/** Puts an entry that the server has kept into the loaded lists, so that no row moves when its change no longer waits. */
export function keepInLists(change: Change, kept: Entry | undefined): void {
  const update = (entries: readonly Entry[]) =>
    applyChanges(entries, [change]).map((entry) => (kept && entry.id === kept.id ? kept : entry));
  for (const { queryKey } of queries.getQueryCache().findAll({ queryKey: LIST })) {
    const filter = queryKey[2] as EntryFilter;
    if (!filter.isDeleted)
      queries.setQueryData<Page>(
        queryKey,
        (page) =>
          page && { ...page, entries: update(page.entries).filter((entry) => matches(entry, filter)) },
      );
  }
  queries.setQueryData<Entry | null>(RUNNING.queryKey, (running) =>
    running === undefined ? undefined : (findRunning(update(running ? [running] : [])) ?? null),
  );
}

/** Loads all entries again, and the reports and suggestions that are computed from them. */
export const reloadEntries = (): Promise<unknown> =>
  Promise.all(
    [["entries"], RUNNING.queryKey, ["reports"], ["suggestions"]].map((queryKey) =>
      queries.invalidateQueries({ queryKey }),
    ),
  );
