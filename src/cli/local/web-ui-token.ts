/** Path of the page where a person enters a token for the web interface. */
export const TOKEN_PATH = "/token";

/** Key in the tab's session storage that ActivityWatch's web interface reads the token from. */
const STORAGE_KEY = "aw-api-token";

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>ActivityWatch: your token</title>
<style>body { font: 1rem/1.5 system-ui, sans-serif; margin: 4rem auto; max-width: 36rem; padding: 0 1rem } input { width: 100% }</style>
<h1>Your token</h1>
<p>Paste a personal token with the scope <code>read</code> (view only) or <code>full</code>. It is kept in this tab until you close it.
<form><input name="token" type="password" autocomplete="off" aria-label="Token" required autofocus> <button>Open</button></form>
<noscript>This page and ActivityWatch's web interface require JavaScript.</noscript>
<script src="${TOKEN_PATH}.js"></script>
`;

/** Script that stores the token that a person pastes, or that follows the # of the address, which browsers never send to a server. */
const SCRIPT = `"use strict";
function open(token) {
  sessionStorage.setItem(${JSON.stringify(STORAGE_KEY)}, token.trim());
  location.replace("/");
}
const given = decodeURIComponent(location.hash.slice(1));
history.replaceState(null, "", location.pathname);
if (given) open(given);
document.querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  open(new FormData(event.target).get("token"));
});
`;

/**
 * Service worker in place of that of the web interface, which would answer a visit of the token's page with its own first page. It answers
 * nothing, and removes the files that the other has stored.
 */
export const SERVICE_WORKER = `"use strict";
addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => {
  const removeAll = async () => Promise.all((await caches.keys()).map((name) => caches.delete(name)));
  event.waitUntil(removeAll());
});
`;

/** Files that this server adds to the web interface, by path. */
export const TOKEN_FILES = new Map([
  [TOKEN_PATH, { type: "text/html; charset=utf-8", text: PAGE }],
  [`${TOKEN_PATH}.js`, { type: "text/javascript; charset=utf-8", text: SCRIPT }],
]);
