import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

/** The project's folder. */
export const ROOT = join(import.meta.dirname, "../..");

/** The paths of README.md and all guides, from the project's folder. */
export const GUIDES = ["README.md", ...markdownUnder(join(ROOT, "docs"))];

export const readText = (path: string) => readFileSync(join(ROOT, path), "utf8");

/** A fenced block: what stands after the fence, and the code without the indentation of a list. */
export interface Block {
  language: string;
  label: string;
  code: string;
}

/** The fenced blocks of a guide, in order. */
export function blocksOf(path: string): Block[] {
  const fences = readText(path).matchAll(/^( *)```(\w+)(?: ([^\n]+))?\n(.*?)^\1```$/gms);
  return [...fences].map(([, indent = "", language = "", label = "", code = ""]) => ({
    language,
    label,
    code: code.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
  }));
}

/** The rows of all tables of a guide: the text of each cell. */
export function rowsOf(text: string): string[][] {
  return [...text.matchAll(/^\| (.*) \|$/gm)].map(([, row = ""]) =>
    row.split(/(?<!\\) \| /).map((cell) => cell.trim()),
  );
}

/** The part of a guide under the heading `title`. */
export function sectionOf(path: string, title: string): string {
  const [, section] = readText(path).split(`\n## ${title}\n`);
  if (section === undefined) throw new Error(`${path} has no section "${title}"`);
  return section.split("\n## ")[0] ?? "";
}

/** What stands between backticks in `text`. */
export const codesIn = (text = "") => [...text.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);

function markdownUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => relative(ROOT, join(folder, name)))
    .sort();
}
