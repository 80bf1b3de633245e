import { addDays, weekOf } from "../../ui/zone.ts";

/** Periods that have a name. */
export const PERIODS = ["today", "week", "last_week", "month", "last_month", "all", "own"] as const;
export type Period = (typeof PERIODS)[number];

/** Filters, as the address has them. */
export interface Filters {
  period: Period;
  /** First and last day of an own period. */
  from: string;
  to: string;
  /** Owner of the entries of an organization; all whose entries the user reads if empty. */
  owner: string;
  project: string;
  tag: string;
  q: string;
  billable: "" | "yes" | "no";
  deleted: boolean;
}

const isDay = (text: string | undefined): text is string =>
  text !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));

const isId = (text: string | undefined): text is string => text !== undefined && /^[\da-f-]{36}$/i.test(text);

/** Returns the filters of an address. What it can't mean is left out. */
export function readFilters(query: Record<string, string | undefined>): Filters {
  const isOwn = isDay(query.from) && isDay(query.to);
  const named = PERIODS.find((period) => period === query.period && period !== "own");
  return {
    period: isOwn ? "own" : (named ?? "week"),
    from: isOwn ? (query.from ?? "") : "",
    to: isOwn ? (query.to ?? "") : "",
    owner: isId(query.owner) ? query.owner : "",
    project: isId(query.project) ? query.project : "",
    tag: isId(query.tag) ? query.tag : "",
    q: (query.q ?? "").slice(0, 100),
    billable: query.billable === "yes" || query.billable === "no" ? query.billable : "",
    deleted: query.deleted === "true",
  };
}

/** Returns the address of filters, without those that are as usual. */
export function addressOf({ period, from, to, owner, project, tag, q, billable, deleted }: Filters): string {
  const parts = {
    ...(period === "own" ? { from, to } : period !== "week" && { period }),
    ...(owner && { owner }),
    ...(project && { project }),
    ...(tag && { tag }),
    ...(q && { q }),
    ...(billable && { billable }),
    ...(deleted && { deleted: "true" }),
  };
  const query = new URLSearchParams(parts).toString();
  return query ? `/app/entries?${query}` : "/app/entries";
}

const monthOf = (day: string) => `${day.slice(0, 7)}-01`;

/** Returns the first and the last day of a period; nothing for all time. */
export function daysOf(
  { period, from, to }: Pick<Filters, "period" | "from" | "to">,
  today: string,
  weekStart: number,
): [string, string] | undefined {
  const week = weekOf(today, weekStart);
  const month = monthOf(today);
  const lastMonth = monthOf(addDays(month, -1));
  switch (period) {
    case "all":
      return undefined;
    case "own":
      return from <= to ? [from, to] : [to, from];
    case "today":
      return [today, today];
    case "week":
      return [week, addDays(week, 6)];
    case "last_week":
      return [addDays(week, -7), addDays(week, -1)];
    case "month":
      return [month, addDays(monthOf(addDays(month, 31)), -1)];
    case "last_month":
      return [lastMonth, addDays(month, -1)];
  }
}
