/** A duration in the forms that WakaTime's clients show. */
export interface TimeText {
  total_seconds: number;
  hours: number;
  minutes: number;
  digital: string;
  decimal: string;
  text: string;
}

/** Returns a duration in all the forms that clients show. */
export function timeText(seconds: number): TimeText & { seconds: number } {
  const whole = Math.floor(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return {
    total_seconds: seconds,
    hours,
    minutes,
    seconds: rest,
    digital: `${hours}:${twoDigits(minutes)}`,
    decimal: (hours + minutes / 60).toFixed(2),
    text: inWords(seconds),
  };
}

/** Returns a duration in words, short enough for a status bar: `2 hrs 17 mins`. */
export function inWords(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  if (hours === 0 && minutes === 0) return count(Math.floor(seconds), "sec");
  return [hours > 0 && count(hours, "hr"), (minutes > 0 || hours === 0) && count(minutes, "min")]
    .filter(Boolean)
    .join(" ");
}

/** Returns a number with at least two digits. */
export const twoDigits = (value: number) => String(value).padStart(2, "0");

const count = (value: number, unit: string) => `${value} ${unit}${value === 1 ? "" : "s"}`;
