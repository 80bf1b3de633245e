// What pages of the tests can do: runs in the browser, in a page of ours as in one of an attacker.

/** Sends a request as the page may, and returns its status and text; a status of 0 where the browser refuses. */
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

/** Sends a request as `call` does, and returns its status and what the page may read of its headers. */
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

/** Posts a form of one field, in a frame or in the whole window. */
function postForm(action, { enctype, name = "", value = "", target = "_self" }) {
  const frame = make("iframe", { name: "inside" });
  const form = make("form", { action, enctype, target, method: "post" });
  form.append(make("input", { name, value }));
  document.body.replaceChildren(frame, form);
  form.submit();
}

/** Loads something by an element, and says whether it could. */
function load(name, attributes) {
  const element = make(name, attributes);
  return new Promise((resolve) => {
    element.addEventListener("load", () => resolve("loaded"));
    element.addEventListener("error", () => resolve("refused"));
    document.head.append(element);
  });
}

/** Frames a page, and returns what of it can be read. */
async function readFrame(src) {
  const frame = make("iframe", { src });
  const loaded = new Promise((resolve) => frame.addEventListener("load", resolve));
  document.body.append(frame);
  await loaded;
  return frame.contentDocument?.body.textContent ?? "";
}

/** Opens a window, which `isOpenedGone` asks about. */
function openWindow(url) {
  globalThis.opened = open(url);
}

function isOpenedGone() {
  return globalThis.opened?.closed;
}

function make(name, attributes) {
  return Object.assign(document.createElement(name), attributes);
}

Object.assign(globalThis, { call, ask, postForm, load, readFrame, openWindow, isOpenedGone });
