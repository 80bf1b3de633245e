import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { PASSWORD } from "../support/accounts.ts";
import { launchBrowser } from "../support/browser.ts";
import { argumentsOf } from "../support/command.ts";
import { freePort } from "../support/system.ts";

/** Makes pictures of all pages of the web app, for people to look at: `npm run screenshots [-- --url http://localhost:8500]`. */

const PROJECT = join(import.meta.dirname, "../..");
const OUT = join(PROJECT, "screenshots");

const SIZES = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };
const SCHEMES = ["light", "dark"] as const;

/** Pages for a person without a session: their names, and their addresses. */
const OPEN = {
  "sign-in": "sign-in",
  "sign-up": "sign-up",
  "forgot-password": "forgot-password",
  "reset-password": "reset-password#token=example",
  "verify-email": "verify-email#token=example",
  "stop-email-change": "stop-email-change#token=example",
  "review-account": "review-account#token=example",
};

/** Pages for a signed-in user, and what to do on them before the picture. */
const CLOSED: Record<string, { path: string; prepare?: (page: Page) => Promise<void> }> = {
  today: { path: "" },
  entries: {
    path: "entries",
    prepare: async (page) => {
      await page.getByRole("checkbox", { name: "Select: Letters" }).check();
      await page.getByRole("button", { name: "Edit: Mail" }).click();
    },
  },
  start: { path: "start" },
  projects: { path: "projects" },
  "new-project": { path: "projects?new=1" },
  project: {
    path: "projects",
    prepare: async (page) => {
      await page.getByRole("link", { name: "Analytical engine" }).click();
      await page.getByText("Punched cards").first().waitFor();
    },
  },
  tasks: { path: "tasks" },
  clients: { path: "clients" },
  "deleted-tags": { path: "tags?show=deleted" },
  organizations: { path: "organizations" },
  organization: { path: "organizations", prepare: openOrganization },
  "organization-settings": {
    path: "organizations",
    prepare: async (page) => {
      await openOrganization(page);
      await page.getByRole("link", { name: "Settings", exact: true }).click();
      await page.getByRole("heading", { level: 1, name: "Settings" }).waitFor();
    },
  },
  "team-members": {
    path: "organizations",
    prepare: async (page) => {
      await openOrganization(page);
      await page.getByRole("button", { name: "Members of Compilers" }).click();
    },
  },
  invitations: { path: "invitations" },
  "choice-of-organization": {
    path: "projects",
    prepare: async (page) => {
      await page.locator(".scope-button:visible").click();
      await page.getByRole("option").first().waitFor();
    },
  },
  "organization-entries": { path: "entries", prepare: showOrganization },
  "organization-projects": { path: "projects", prepare: showOrganization },
  "organization-project": {
    path: "projects",
    prepare: async (page) => {
      await showOrganization(page);
      await page.getByRole("link", { name: "Loom" }).click();
      await page.getByRole("button", { name: /^Remove / }).waitFor();
    },
  },
  "organization-tasks": { path: "tasks", prepare: showOrganization },
  "organization-clients": { path: "clients", prepare: showOrganization },
  "organization-tags": { path: "tags", prepare: showOrganization },
  "department-managers": {
    path: "organizations",
    prepare: async (page) => {
      await openOrganization(page);
      await page.getByRole("button", { name: "Managers of Research" }).click();
    },
  },
  "organization-deletion": {
    path: "organizations",
    prepare: async (page) => {
      await openOrganization(page);
      await page.getByRole("link", { name: "Settings", exact: true }).click();
      await page.getByRole("button", { name: "Delete the organization" }).click();
    },
  },
  profile: { path: "settings/profile" },
  preferences: { path: "settings/preferences" },
  palette: {
    path: "projects",
    prepare: async (page) => {
      await page.keyboard.press("ControlOrMeta+K");
      await page.getByRole("combobox", { name: "Page, project or action" }).fill("e");
      await page.getByRole("option").first().waitFor();
    },
  },
  keys: { path: "projects", prepare: (page) => page.keyboard.press("?") },
  security: { path: "settings/security" },
  authenticator: {
    path: "settings/security",
    prepare: async (page) => {
      await page.getByRole("button", { name: "Set up" }).click();
      await page.getByRole("dialog").locator("svg.qr path[d*=M]").waitFor();
    },
  },
  sessions: { path: "settings/sessions" },
  tokens: { path: "settings/tokens" },
  "new-token": {
    path: "settings/tokens",
    prepare: (page) => page.getByRole("button", { name: "Create a token" }).click(),
  },
  "time-settings": { path: "settings/time" },
  "my-data": { path: "settings/data" },
};

/** Script that shows the personal records again on the next page. */
const FORGET_CHOICE = `
  for (const storage of [sessionStorage, localStorage])
    for (const key of Object.keys(storage)) if (key.startsWith("scope-")) storage.removeItem(key);`;

const given = process.argv.indexOf("--url");
const system = given === -1 ? await start() : { url: process.argv[given + 1] ?? "", stop: async () => {} };
const browser = await launchBrowser();
try {
  await mkdir(OUT, { recursive: true });
  const username = await createAccount(system.url);
  for (const [size, viewport] of Object.entries(SIZES))
    for (const scheme of SCHEMES)
      await takeAll(browser, { url: system.url, username, viewport, scheme, suffix: `${size}-${scheme}` });
} finally {
  await browser.close();
  await system.stop();
}

/** Starts a system without data. */
async function start() {
  const home = await mkdtemp(join(tmpdir(), "screenshots-"));
  const port = await freePort();
  const args = [...argumentsOf(PROJECT, "start"), "--port", String(port), "--data", join(home, "data")];
  // An unread pipe would become full of log lines, and the system would wait to print its last ones instead of stopping.
  const child = spawn("node", args, { cwd: PROJECT, stdio: ["ignore", "ignore", "inherit"] });
  const url = `http://localhost:${port}`;
  while (!(await fetch(`${url}/health`).catch(() => undefined))?.ok)
    await new Promise((resume) => setTimeout(resume, 200));
  const stop = async () => {
    child.kill("SIGINT");
    await once(child, "exit");
    await rm(home, { recursive: true, force: true });
  };
  return { url, stop };
}

async function openOrganization(page: Page): Promise<void> {
  await page.getByRole("link", { name: "Babbage & Co" }).click();
  await page.getByRole("button", { name: "Members of Compilers" }).waitFor();
}

/** Shows the records of the organization until the next page is opened. */
async function showOrganization(page: Page): Promise<void> {
  await page.locator(".scope-button:visible").click();
  await page.getByRole("option", { name: "Babbage & Co" }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.locator(".page .skeleton").first().waitFor({ state: "detached" });
}

async function createAccount(url: string): Promise<string> {
  const username = `ada-${crypto.randomUUID().slice(0, 6)}`;
  const send = (path: string, body: object, headers = {}, method = "POST") =>
    fetch(url + path, {
      method,
      headers: { "Content-Type": "application/json", ...headers },
      body: JSON.stringify(body),
    }).then((response) => response.json() as Promise<Record<string, string>>);
  const { id } = await send("/auth/register", {
    username,
    email: `${username}@example.com`,
    password: PASSWORD,
  });
  const { access_token: token } = await send("/auth/login", { username, password: PASSWORD });
  const headers = { Authorization: `Bearer ${token}` };
  await send("/auth/me", { first_name: "Ada", last_name: "Lovelace" }, headers, "PUT");
  await createThings((path, body) => send(path, body, headers));
  const project = await createOrganization((path, body) => send(path, body, headers));
  await send(`/projects/${project}/members/${id}`, { is_manager: true }, headers, "PUT");
  await send("/auth/tokens", { name: "Nightly export", scopes: ["read"] }, headers);
  await addEntries((path, body) => send(path, body, headers));
  return username;
}

/** Creates projects with tasks and time. */
async function createThings(send: (path: string, body: object) => Promise<Record<string, string>>) {
  const { id: client_id } = await send("/clients", { name: "Royal Society" });
  const engine = { name: "Analytical engine", client_id, is_billable: true, estimate_seconds: 432_000 };
  const { id: project_id } = await send("/projects", engine);
  await send("/projects", { name: "Correspondence" });
  for (const name of ["Punched cards", "Store of variables"]) await send("/tasks", { name, project_id });
  await send("/tasks", { name: "Letter to Charles", due_at: new Date().toISOString() });
  for (let day = 1; day < 300; day += 3) {
    const end = Date.now() - day * 86_400_000;
    await send("/time-entries", {
      project_id,
      description: day % 2 ? "Design the mill" : "Punched cards",
      started_at: new Date(end - (1 + (day % 5) / 2) * 3_600_000).toISOString(),
      ended_at: new Date(end).toISOString(),
    });
  }
}

/** Creates an organization with a department, teams and time on a project. Returns the id of the project. */
async function createOrganization(send: Send): Promise<string | undefined> {
  const { id: organization_id } = await send("/organizations", { name: "Babbage & Co" });
  const { id: department_id } = await send("/departments", { name: "Research", organization_id });
  await send("/teams", { name: "Compilers", department_id });
  await send("/teams", { name: "Foundry", organization_id });
  const { id: client_id } = await send("/clients", { name: "Weavers' guild", organization_id });
  const loom = { name: "Loom", client_id, organization_id, visibility: "members", is_billable: true };
  const { id: project_id } = await send("/projects", loom);
  await send("/projects", { name: "Workshop", organization_id });
  const { id: tag } = await send("/tags", { name: "patterns", organization_id });
  for (const name of ["Punch the pattern", "Order cards"])
    await send("/tasks", { name, project_id, organization_id });
  for (let hours = 2; hours < 200; hours += 9) {
    const instant = (ago: number) => new Date(Date.now() - ago * 3_600_000).toISOString();
    const times = { started_at: instant(hours + 1), ended_at: instant(hours) };
    await send("/time-entries", {
      ...times,
      description: "Weave a sample",
      project_id,
      tag_ids: [tag],
      organization_id,
    });
  }
  return project_id;
}

type Send = (path: string, body: object) => Promise<Record<string, string>>;

/** Adds entries of today and yesterday, and starts the timer. */
async function addEntries(send: Send): Promise<void> {
  const engine = await send("/projects", { name: "Difference engine" });
  const house = await send("/projects", { name: "House", is_billable: true });
  const tag = await send("/tags", { name: "deep work" });
  const add = (hoursAgo: number, hours: number, description: string, project?: Record<string, string>) => {
    const instant = (ago: number) => new Date(Date.now() - ago * 3_600_000).toISOString();
    return send("/time-entries", {
      description,
      project_id: project?.id ?? null,
      tag_ids: project === engine ? [tag.id] : [],
      started_at: instant(hoursAgo),
      ended_at: instant(hoursAgo - hours),
    });
  };
  await add(25, 1.5, "Plan of the garden", house);
  await add(23, 1, "Letters", house);
  await add(1, 0.25, "Notes on the engine", engine);
  await add(0.75, 0.2, "Mail");
  await add(0.5, 0.3, "Notes on the engine", engine);
  await send("/time-entries/start", { description: "Read the proofs", project_id: house.id });
}

interface Look {
  url: string;
  username: string;
  viewport: { width: number; height: number };
  scheme: (typeof SCHEMES)[number];
  suffix: string;
}

async function takeAll(from: Browser, { url, username, viewport, scheme, suffix }: Look): Promise<void> {
  const context = await from.newContext({ viewport, colorScheme: scheme, timezoneId: "Europe/London" });
  const page = await context.newPage();
  const take = async (name: string) => {
    await page.waitForLoadState("networkidle");
    // Otherwise what is fixed or hidden above the window would be in the middle of the picture.
    await page.evaluate("scrollTo(0, 0)");
    await page.screenshot({
      path: join(OUT, `${name}-${suffix}.png`),
      fullPage: true,
      animations: "disabled",
    });
  };
  for (const [name, path] of Object.entries(OPEN)) {
    await page.goto(`${url}/app/${path}`);
    await page.reload();
    await page.getByRole("heading", { level: 1 }).waitFor();
    await take(name);
  }
  await page.goto(`${url}/app/sign-in`);
  await page.getByLabel("Username or email").fill(username);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("heading", { name: "Today" }).waitFor();
  for (const [name, { path, prepare }] of Object.entries(CLOSED)) {
    await page.evaluate(FORGET_CHOICE);
    await page.goto(`${url}/app/${path}`, { waitUntil: "networkidle" });
    await prepare?.(page);
    await take(name);
  }
  if (viewport.width < 600) {
    await page.goto(`${url}/app/`, { waitUntil: "networkidle" });
    await page.getByRole("button", { name: "Open the menu" }).click();
    await take("menu");
  }
  await context.close();
}
