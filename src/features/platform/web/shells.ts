/**
 * Pages of the web app by their address, each with a start page of its own that also names the files of the page, so that a browser loads
 * them together with those of the app. Other addresses share `index.html`.
 */
export const SHELLS: Readonly<Record<string, { file: string; modules: readonly string[] }>> = {
  "/app/": { file: "today.html", modules: ["pages/today/page.tsx", "timer/bar.tsx"] },
  "/app/entries": { file: "entries.html", modules: ["pages/entries/page.tsx", "timer/bar.tsx"] },
  "/app/projects": { file: "projects.html", modules: ["pages/projects/page.tsx", "timer/bar.tsx"] },
  "/app/sign-in": { file: "sign-in.html", modules: ["pages/sign-in/page.tsx"] },
};
