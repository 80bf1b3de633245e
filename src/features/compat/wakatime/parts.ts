import { inWords, timeText, twoDigits } from "./durations.ts";
import type { Dimension, Part } from "./repository/reports.ts";

/** WakaTime's names for parts without a name. */
const UNKNOWN: Record<Dimension, string> = {
  project: "Unknown Project",
  language: "Other",
  category: "Unknown Category",
  editor: "Unknown Editor",
  operating_system: "Unknown OS",
  machine: "Unknown Hostname",
  branch: "Unknown Branch",
  entity: "Unknown Entity",
  dependency: "Unknown Dependency",
};

/** Returns the parts of each dimension, each with its percentage of `total`. */
export const dimensionsOf = (parts: Part[], total: number) => ({
  projects: partsOf(parts, "project", total),
  languages: partsOf(parts, "language", total),
  categories: partsOf(parts, "category", total),
  editors: partsOf(parts, "editor", total),
  operating_systems: partsOf(parts, "operating_system", total),
  machines: partsOf(parts, "machine", total).map((part) => ({ ...part, machine_name_id: part.name })),
});

/** Returns the parts of a dimension, the longest first. */
export const partsOf = (parts: Part[], dimension: Dimension, total: number) =>
  parts
    .filter((part) => part.dimension === dimension)
    .map(({ name, seconds }) => {
      const time = timeText(seconds);
      return {
        name: dimension === "category" && name ? capitalizeWords(name) : (name ?? UNKNOWN[dimension]),
        ...time,
        digital: `${time.digital}:${twoDigits(time.seconds)}`,
        percent: total > 0 ? Math.round((seconds / total) * 10_000) / 100 : 0,
      };
    });

const capitalizeWords = (words: string) =>
  words.replaceAll(/(^| )\p{Ll}/gu, (letter) => letter.toUpperCase());

/** Returns the total seconds: the sum of the days' totals, or the one total of a report without days. */
export const secondsOf = (parts: Part[]) => {
  const micros = parts
    .filter(({ dimension }) => dimension === null)
    .reduce((sum, { seconds }) => sum + Math.round(seconds * 1e6), 0);
  return micros / 1e6;
};

/** Returns the total seconds in known languages: WakaTime leaves other time out of some totals. */
export function knownSecondsOf(parts: Part[]): number {
  const others = parts.filter(({ dimension, name }) => dimension === "language" && name === null);
  return others.reduce((sum, { seconds }) => sum - Math.round(seconds * 1e6), secondsOf(parts) * 1e6) / 1e6;
}

/** Returns the average of the days with any activity. */
export function averageOf(days: number, busy: number, parts: Part[]) {
  const average = (seconds: number) => (busy > 0 ? Math.round(seconds / busy) : 0);
  const [known, all] = [average(knownSecondsOf(parts)), average(secondsOf(parts))];
  return {
    seconds: known,
    text: inWords(known),
    seconds_including_other_language: all,
    text_including_other_language: inWords(all),
    days_including_holidays: days,
    days_minus_holidays: busy,
    holidays: Math.max(0, days - busy),
  };
}
