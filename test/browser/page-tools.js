// Functions for pages of the tests, which run in the browser: in pages of the system and of an attacker.

/** Sends a request from the page. Returns its status and text; the status is 0 if the browser blocks it. */
async function call(url, { body, ...init } = {}) {
  const json = typeof body === "object" && { body: JSON.stringify(body) };
  const headers = { ...(json && { "Content-Type": "application/json" }), ...init.headers };
  try {
    const response = await fetch(url, { body, ...init, ...json, headers });
    return { status: response.status, text: await response.text() };
  } catch {
    return { status: 0, text: "" };
  }
}

/** Sends a request as `call` does. Returns its status, its text, and the headers that the page can read. */
async function ask(url, { body, ...init } = {}) {
  const json = body && { body: JSON.stringify(body) };
  const headers = { ...(json && { "Content-Type": "application/json" }), ...init.headers };
  const response = await fetch(url, { ...init, ...json, headers });
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    text: await response.text(),
  };
}

/** Posts a form with one field, in a frame or in the whole window. */
function postForm(action, { enctype, name = "", value = "", target = "_self" }) {
  const frame = make("iframe", { name: "inside" });
  const form = make("form", { action, enctype, target, method: "post" });
  form.append(make("input", { name, value }));
  document.body.replaceChildren(frame, form);
  form.submit();
}

/** Loads a file with an element. Returns "loaded" or "refused". */
function load(name, attributes) {
  const element = make(name, attributes);
  return new Promise((resolve) => {
    element.addEventListener("load", () => resolve("loaded"));
    element.addEventListener("error", () => resolve("refused"));
    document.head.append(element);
  });
}

/** Loads a page in a frame. Returns the text of it that can be read. */
async function readFrame(src) {
  const frame = make("iframe", { src });
  const loaded = new Promise((resolve) => frame.addEventListener("load", resolve));
  document.body.append(frame);
  await loaded;
  return frame.contentDocument?.body.textContent ?? "";
}

/** Opens a window, for `isWindowClosed`. */
function openWindow(url) {
  globalThis.opened = open(url);
}

function isWindowClosed() {
  return globalThis.opened?.closed;
}

function make(name, attributes) {
  return Object.assign(document.createElement(name), attributes);
}

Object.assign(globalThis, { call, ask, postForm, load, readFrame, openWindow, isWindowClosed });
