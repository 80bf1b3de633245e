const RELOADED_AT = "reloaded-at";
/** A second missing file within this time is not the result of a deployment, and another reload would not help. */
const PAUSE_MS = 30_000;

/**
 * Reloads the page when a deployment has removed a file that the page wants to load, but not again and again. Without a connection, the page
 * would be lost.
 */
export function reloadOnMissingChunk(): void {
  addEventListener("vite:preloadError", (event) => {
    if (!navigator.onLine) return;
    const last = Number(sessionStorage.getItem(RELOADED_AT));
    if (Date.now() - last < PAUSE_MS) return;
    event.preventDefault();
    sessionStorage.setItem(RELOADED_AT, String(Date.now()));
    location.reload();
  });
}
