import axe from "axe-core";
import type { Page } from "playwright-core";

const WIDTHS = [1280, 390, 320];

const LOOKS = WIDTHS.flatMap((width) => [
  { width, colorScheme: "light", forcedColors: "none" } as const,
  { width, colorScheme: "dark", forcedColors: "none" } as const,
  { width, colorScheme: "dark", forcedColors: "active" } as const,
]);

/** Rules of WCAG 2.0 to 2.2, A and AA, and best practice. */
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Script that returns what is wrong with the page. */
const EXAMINE = `axe
  .run(document, { runOnly: ${JSON.stringify(RULES)}, resultTypes: ["violations"] })
  .then(({ violations }) => {
    const { scrollWidth, clientWidth } = document.documentElement;
    const found = violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ": " + html.slice(0, 200)));
    return scrollWidth > clientWidth ? [...found, scrollWidth - clientWidth + " pixels too wide"] : found;
  })`;

/** Returns what is wrong with the page, in each look. */
export async function examine(page: Page): Promise<string[]> {
  await page.evaluate(`${axe.source};0`);
  const problems: string[] = [];
  for (const { width, ...media } of LOOKS) {
    await page.setViewportSize({ width, height: 800 });
    // Without the transitions between the looks.
    await page.emulateMedia({ ...media, reducedMotion: "reduce" });
    const found: string[] = await page.evaluate(EXAMINE);
    problems.push(...found.map((problem) => `${width} ${Object.values(media).join(" ")}: ${problem}`));
  }
  return problems;
}
