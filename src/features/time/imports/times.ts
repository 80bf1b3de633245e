/** Orders of day and month in dates such as 03/04/2026. */
export const DATE_ORDERS = ["dmy", "mdy"] as const;
export type DateOrder = (typeof DATE_ORDERS)[number];

const YEAR_FIRST = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/;
const YEAR_LAST = /^(\d{1,2})([-/.])(\d{1,2})[-/.](\d{4})$/;
const TIME = /^(\d{1,2})(?::(\d{2}))?(?::(\d{2}(?:\.\d{1,6})?))?(?:\s*([ap])\.?\s*m\.?)?$/i;
const DATE_AND_TIME = /^(\d[\d./-]*),?(?:t|\s+)(\d.*)$/i;
const INSTANT =
  /^(\d{4})-?(\d{2})-?(\d{2})(?:t|\s)(\d{2}):?(\d{2})(?::?(\d{2})(\.\d+)?)?\s*(z|utc|gmt|[+-]\d{2}(?::?\d{2})?)$/i;

/** Evidence in dates for the order of their day and month. */
interface OrderEvidence {
  /** Set if the order matters, because a date is a different day in each order. */
  isNeeded: boolean;
  /** Orders that a date proves, because it is invalid in the other. */
  proven: Set<DateOrder>;
  /** Usual order of dates with dots, if such a date is valid in both orders. */
  usual: DateOrder | undefined;
}

/** Returns the evidence in all `dates` for the order of their day and month. */
export function findOrders(dates: readonly string[]): OrderEvidence {
  const evidence: OrderEvidence = { isNeeded: false, proven: new Set(), usual: undefined };
  for (const date of dates) {
    const [, , separator] = YEAR_LAST.exec(date.trim()) ?? [];
    if (separator === undefined) continue;
    const readings = DATE_ORDERS.map((order) => ({ order, day: localDate(date, order) }));
    const possible = readings.filter(({ day }) => day !== undefined);
    evidence.isNeeded ||= new Set(possible.map(({ day }) => day)).size > 1;
    if (possible.length === 1) for (const { order } of possible) evidence.proven.add(order);
    if (possible.length > 1 && separator === ".") evidence.usual = "dmy";
  }
  return evidence;
}

/** Returns a date and a time of day in the form that Postgres reads, or undefined for other text. */
export function localTime(date: string, time: string, order: DateOrder): string | undefined {
  const day = localDate(date, order);
  const [, hour, minute = "", second = "00", half] = TIME.exec(time.trim()) ?? [];
  if (!day || hour === undefined || (minute === "" && half === undefined)) return undefined;
  if (Number(minute) > 59 || Number(second) >= 60) return undefined;
  const hours = half === undefined ? Number(hour) : onTwelveHourClock(Number(hour), half);
  // ISO 8601 and some programs call midnight at the end of a day 24:00.
  if (half === undefined && hours === 24 && Number(minute) + Number(second) === 0)
    return addDay(`${day} 00:00:00`);
  if (hours === undefined || hours > 23) return undefined;
  return `${day} ${pad(hours)}:${minute || "00"}:${second}`;
}

/** Returns an instant with an offset from UTC in ISO 8601, or undefined for other text. */
export function instantOf(text: string): string | undefined {
  const [, year, month, day, hour, minute, second = "00", fraction = "", offset = ""] =
    INSTANT.exec(text.trim()) ?? [];
  if (year === undefined || !realDate(Number(year), Number(month), Number(day))) return undefined;
  const zone = /^[a-z]/i.test(offset)
    ? "Z"
    : offset.replace(/^([+-]\d\d):?(\d\d)?$/, (_, hours, minutes = "00") => `${hours}:${minutes}`);
  const instant = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}${fraction}${zone}`);
  return Number.isNaN(instant.getTime()) ? undefined : instant.toISOString();
}

/** Returns the instant `seconds` after another. */
export const addSeconds = (instant: string, seconds: number): string =>
  new Date(Date.parse(instant) + 1000 * seconds).toISOString();

/** Returns the local time `seconds` before another, without changes of clocks. */
export const subtractLocalSeconds = (local: string, seconds: number): string =>
  new Date(Date.parse(`${local}Z`) - 1000 * seconds).toISOString().replace("T", " ").slice(0, -1);

/** Returns the local time whole `seconds` after another, without changes of clocks. Keeps the fraction as written. */
export const addLocalSeconds = (local: string, seconds: number): string =>
  addSeconds(`${local.slice(0, 19)}Z`, seconds)
    .slice(0, 19)
    .replace("T", " ") + local.slice(19);

/** Returns the same local time on the next day. */
export const addDay = (local: string): string =>
  new Date(Date.parse(`${local.slice(0, 10)}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10) +
  local.slice(10);

/** Returns the date and the time of day of a text that has both or one of them. */
export function splitDateTime(text: string): { date: string; time: string } {
  const [, date = "", time = ""] = DATE_AND_TIME.exec(text) ?? [];
  if (date !== "") return { date, time };
  return TIME.test(text) ? { date: "", time: text } : { date: text, time: "" };
}

/** Returns a date in the form that Postgres reads, or undefined for other text. */
export function localDate(date: string, order: DateOrder): string | undefined {
  const text = date.trim();
  const [, year, month, day] = YEAR_FIRST.exec(text) ?? [];
  if (year !== undefined) return realDate(Number(year), Number(month), Number(day));
  const [, first, , second, last] = YEAR_LAST.exec(text) ?? [];
  return order === "dmy"
    ? realDate(Number(last), Number(second), Number(first))
    : realDate(Number(last), Number(first), Number(second));
}

function realDate(year: number, month: number, day: number): string | undefined {
  const date = new Date(Date.UTC(year, month - 1, day));
  const isReal = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return isReal && year >= 1900 && year < 2200 ? `${year}-${pad(month)}-${pad(day)}` : undefined;
}

const onTwelveHourClock = (hour: number, half: string): number | undefined =>
  hour < 1 || hour > 12 ? undefined : (hour % 12) + (half.toUpperCase() === "P" ? 12 : 0);

const pad = (number: number): string => String(number).padStart(2, "0");
