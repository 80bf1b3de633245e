import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Manifest } from "vite";
import { SHELLS } from "../features/platform/web/shells.ts";

/** Folder in which Vite writes its manifest. */
const MANIFEST = ".vite";

/** Module that each start page runs as soon as it has come, before the app. */
export const WARM_UP = "warm-up.ts";

/**
 * Writes the start pages into the folder of a built app: `index.html` with `WARM_UP`, and those of `SHELLS`, which also link to the files
 * of their page. Removes Vite's manifest.
 */
export async function writeShells(built: string, base: string): Promise<void> {
  const manifest: Manifest = JSON.parse(await readFile(join(built, MANIFEST, "manifest.json"), "utf8"));
  const index = join(built, "index.html");
  const shell = withWarmUp(await readFile(index, "utf8"), base + fileOf(WARM_UP, manifest));
  await writeFile(index, shell);
  for (const { file, modules } of Object.values(SHELLS)) {
    const links = linksTo(filesOf(modules, manifest), shell, base);
    await writeFile(join(built, file), shell.replace("</head>", `${links.join("")}</head>`));
  }
  await rm(join(built, MANIFEST), { recursive: true });
}

/** Returns a start page that runs the script `src` without waiting for others. */
const withWarmUp = (shell: string, src: string): string =>
  shell.replace("<script ", `<script type="module" crossorigin src="${src}" async></script>\n    <script `);

/** Returns the file of a module. @throws {Error} if the app lacks the module */
function fileOf(module: string, manifest: Manifest): string {
  const chunk = manifest[module];
  if (!chunk) throw new Error(`The web app has no ${module}.`);
  return chunk.file;
}

/** Returns the files that modules need before they run, except those that they load later. */
function filesOf(modules: readonly string[], manifest: Manifest): Set<string> {
  const keys = new Set(modules);
  const files = new Set<string>();
  for (const key of keys) {
    const chunk = manifest[key];
    if (!chunk) throw new Error(`The web app has no ${key}. Update SHELLS.`);
    for (const file of [chunk.file, ...(chunk.css ?? [])]) files.add(file);
    for (const next of chunk.imports ?? []) keys.add(next);
  }
  return files;
}

/** Returns links to the files that `shell` doesn't name yet. */
const linksTo = (files: ReadonlySet<string>, shell: string, base: string): string[] =>
  [...files]
    .map((file) => ({ href: base + file, rel: file.endsWith(".css") ? "stylesheet" : "modulepreload" }))
    .filter(({ href }) => !shell.includes(href))
    .map(({ href, rel }) => `  <link rel="${rel}" crossorigin href="${href}">\n  `);
