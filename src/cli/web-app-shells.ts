import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Manifest } from "vite";
import { SHELLS } from "../features/platform/web/shells.ts";

/** Folder in which Vite writes its manifest. */
const MANIFEST = ".vite";

/** Writes the start pages of `SHELLS` into the folder of a built app: `index.html` and links to the files of the page. Removes Vite's manifest. */
export async function writeShells(built: string, base: string): Promise<void> {
  const manifest: Manifest = JSON.parse(await readFile(join(built, MANIFEST, "manifest.json"), "utf8"));
  const shell = await readFile(join(built, "index.html"), "utf8");
  for (const { file, modules } of Object.values(SHELLS)) {
    const links = linksTo(filesOf(modules, manifest), shell, base);
    await writeFile(join(built, file), shell.replace("</head>", `${links.join("")}</head>`));
  }
  await rm(join(built, MANIFEST), { recursive: true });
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
