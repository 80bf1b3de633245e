import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";

/** Widths of a desktop and of WCAG 1.4.10. */
const WIDTHS = [1280, 320];

/** Width of a phone, for which the same styles hold as for the smallest width: only the lines break elsewhere. */
const PHONE = 390;

/** Rules of WCAG 2.0 to 2.2, A and AA, and best practice. */
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

const LOOKS = WIDTHS.flatMap((width) => [
  { width, colorScheme: "light", forcedColors: "none" } as const,
  { width, colorScheme: "dark", forcedColors: "none" } as const,
  { width, colorScheme: "dark", forcedColors: "active" } as const,
]);

/** The smaller file of axe. */
const AXE = readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");

/** Script that returns the rules that the page breaks, each with the element. */
const EXAMINE = `axe
  .run(document, { runOnly: ${JSON.stringify(RULES)}, resultTypes: ["violations"] })
  .then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ": " + html.slice(0, 200))))`;

/** Script that returns by how many pixels the page is too wide. */
const EXCESS = "document.documentElement.scrollWidth - document.documentElement.clientWidth";

/** Returns what is wrong with the page, in each look. */
export async function examine(page: Page): Promise<string[]> {
  if (await page.evaluate("typeof axe === 'undefined'")) await loadAxe(page);
  const problems: string[] = [];
  const resize = async (width: number) => {
    await page.setViewportSize({ width, height: 800 });
    const excess: number = await page.evaluate(EXCESS);
    if (excess > 0) problems.push(`${width}: ${excess} pixels too wide`);
  };
  await resize(PHONE);
  for (const { width, ...media } of LOOKS) {
    await resize(width);
    // Without the transitions between the looks.
    await page.emulateMedia({ ...media, reducedMotion: "reduce" });
    const found: string[] = await page.evaluate(EXAMINE);
    problems.push(...found.map((problem) => `${width} ${Object.values(media).join(" ")}: ${problem}`));
  }
  return problems;
}

async function loadAxe(page: Page): Promise<void> {
  // Playwright's `evaluate` passes the script on as data, which takes more than twice as long.
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Runtime.evaluate", { expression: `${AXE};0` });
  await devtools.detach();
}
