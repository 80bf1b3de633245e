import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

/** Path of the project's folder. */
export const ROOT = join(import.meta.dirname, "../..");

/** Paths of README.md and all guides, relative to the project's folder. */
export const GUIDES = ["README.md", ...markdownUnder(join(ROOT, "docs"))];

/** Returns the text of a file of the project. */
export const readText = (path: string) => readFileSync(join(ROOT, path), "utf8");

/** A fenced block: its language, its label, and the code without the indentation of a list. */
export interface Block {
  language: string;
  label: string;
  code: string;
}

/** Returns the fenced blocks of a guide, in order. */
export function blocksOf(path: string): Block[] {
  const fences = readText(path).matchAll(/^( *)```(\w+)(?: ([^\n]+))?\n(.*?)^\1```$/gms);
  return [...fences].map(([, indent = "", language = "", label = "", code = ""]) => ({
    language,
    label,
    code: code.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
  }));
}

/** Returns the cells of all table rows of a guide. */
export function rowsOf(text: string): string[][] {
  return [...text.matchAll(/^\| (.*) \|$/gm)].map(([, row = ""]) =>
    row.split(/(?<!\\) \| /).map((cell) => cell.trim()),
  );
}

/** Returns the settings that docs/configuration.md lists, with the `…_FILE` variables of those that can be in files. */
export function documentedSettings(): string[] {
  const guide = readText("docs/configuration.md");
  const names = rowsOf(guide).flatMap(([cell]) => codesIn(cell));
  const [, list = ""] = /This works for (.*?)\./s.exec(guide) ?? [];
  return [...names, ...codesIn(list).map((name) => `${name}_FILE`)];
}

/** Returns the section of a guide under the heading `title`. */
export function sectionOf(path: string, title: string): string {
  const [, section] = readText(path).split(`\n## ${title}\n`);
  if (section === undefined) throw new Error(`${path} has no section "${title}"`);
  return section.split("\n## ")[0] ?? "";
}

/** Returns the texts between backticks in `text`. */
export const codesIn = (text = "") => [...text.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);

function markdownUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => relative(ROOT, join(folder, name)))
    .sort();
}
