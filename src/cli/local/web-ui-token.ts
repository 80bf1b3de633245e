/** Where a person gives the web interface their token. */
export const TOKEN_PATH = "/token";

/** Where ActivityWatch's web interface looks for a token: in this tab alone. */
const STORAGE_KEY = "aw-api-token";

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>ActivityWatch: your token</title>
<style>body { font: 1rem/1.5 system-ui, sans-serif; margin: 4rem auto; max-width: 36rem; padding: 0 1rem } input { width: 100% }</style>
<h1>Your token</h1>
<p>Paste a personal token with the scope <code>read</code>, to look only, or <code>full</code>. It is kept in this tab, until you close it.
<form><input name="token" type="password" autocomplete="off" aria-label="Token" required autofocus> <button>Open</button></form>
<noscript>This page and ActivityWatch's need JavaScript.</noscript>
<script src="${TOKEN_PATH}.js"></script>
`;

/** Keeps the token that a person pastes, or that comes after the # of the address: that part is never sent to a server. */
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

/** The files of ours that are beside those of the web interface, by path. */
export const TOKEN_FILES = new Map([
  [TOKEN_PATH, { type: "text/html; charset=utf-8", text: PAGE }],
  [`${TOKEN_PATH}.js`, { type: "text/javascript; charset=utf-8", text: SCRIPT }],
]);
