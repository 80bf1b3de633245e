/** Patterns of browsers in User-Agent. The first match wins, since many browsers also name a later entry. */
const BROWSERS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ["Edge", /\bEdg(?:e|A|iOS)?\//],
  ["Opera", /\b(?:OPR|Opera)\//],
  ["Samsung Internet", /\bSamsungBrowser\//],
  ["Vivaldi", /\bVivaldi\//],
  ["Firefox", /\b(?:Firefox|FxiOS)\//],
  ["Chrome", /\b(?:HeadlessChrome|Chrome|CriOS|Chromium)\//],
  ["Safari", /\bVersion\/[\d.]+.*\bSafari\//],
];

const SYSTEMS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ["Windows", /\bWindows\b/],
  ["Android", /\bAndroid\b/],
  ["iPhone", /\biPhone\b/],
  ["iPad", /\biPad\b/],
  ["ChromeOS", /\bCrOS\b/],
  ["macOS", /\bMac OS X\b|\bMacintosh\b/],
  ["Linux", /\bLinux\b/],
];

/**
 * Returns a readable name of the device from a User-Agent: "Firefox on Linux", or the name of a program other than a browser
 * (RFC 9110 10.1.5); null if it has none. Clients can send any User-Agent, so the name must not be relied on.
 */
export function describeDevice(userAgent: string | null): string | null {
  if (userAgent === null) return null;
  const nameIn = (known: typeof BROWSERS) => known.find(([, pattern]) => pattern.test(userAgent))?.[0];
  const [browser, system] = [nameIn(BROWSERS), nameIn(SYSTEMS)];
  if (browser !== undefined && system !== undefined) return `${browser} on ${system}`;
  const [, program = null] = /^([A-Za-z0-9._-]{1,50})(?:[/ ]|$)/.exec(userAgent) ?? [];
  return browser ?? (program === "Mozilla" ? (system ?? null) : program);
}
