import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type SQL, sql } from "drizzle-orm";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { onTestFinished } from "vitest";
import { clientFor } from "../../src/cli/local/connect.ts";
import { findRunningDatabase } from "../../src/cli/local/data-lock.ts";
import { PASSWORD } from "./accounts.ts";
import type { System } from "./system.ts";

/** The web app of a running system, open in a browser. */
export interface OpenApp {
  page: Page;
  context: BrowserContext;
  /** Errors and warnings of the page, violations of its policy, and answers of at least 400, since the last call. */
  takeProblems: () => string[];
}

/** Returns the URL of the system on localhost, a secure context whose name is a domain, as passkeys require. */
export const urlOf = (system: System): string => system.url.replace("127.0.0.1", "localhost");

/** Opens a page of the app without a session, and closes it when the test has finished. */
export async function openApp(browser: Browser, url: string): Promise<OpenApp> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    timezoneId: "Europe/London",
    permissions: ["clipboard-read", "clipboard-write"],
  });
  onTestFinished(() => context.close());
  const problems: string[] = [];
  context.on("console", (message) => {
    const isProblem = ["error", "warning"].includes(message.type());
    // Chromium also writes each answer of at least 400, which is counted below.
    if (isProblem && !/^Failed to load resource/.test(message.text()))
      problems.push(`console ${message.type()}: ${message.text()}`);
  });
  context.on("weberror", (error) => problems.push(`error: ${error.error().message}`));
  context.on("response", (response) => {
    if (response.status() >= 400)
      problems.push(
        `${response.status()} ${response.request().method()} ${new URL(response.url()).pathname}`,
      );
  });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  await page.goto(url);
  return { page, context, takeProblems: () => problems.splice(0) };
}

/** Adds an authenticator to the browser of a page, which verifies its user and answers by itself. */
export async function addAuthenticator({ page, context }: OpenApp) {
  const devtools = await context.newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  const { authenticatorId } = await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return { devtools, authenticatorId };
}

/** Creates an account over the API. */
export async function register(url: string, username = `ada-${crypto.randomUUID().slice(0, 8)}`) {
  const account = { username, email: `${username}@example.com`, password: PASSWORD };
  const response = await fetch(`${url}/auth/register`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(account),
  });
  if (!response.ok) throw new Error(await response.text());
  return account;
}

/** Signs in on the sign-in page. */
export async function signIn(page: Page, url: string, username: string, password = PASSWORD): Promise<void> {
  await page.goto(`${url}/app/sign-in`);
  await fillIn(page, username, password);
  await page.getByRole("heading", { level: 1, name: "Today" }).waitFor();
}

/** Fills the fields of the sign-in page, and sends them. */
export async function fillIn(page: Page, username: string, password = PASSWORD): Promise<void> {
  await page.getByLabel("Username or email").fill(username);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

/** Lets the last authentication of all sessions be an hour ago. */
export const forgetAuthentications = (system: System) =>
  execute(system, sql`update sessions set authenticated_at = now() - interval '1 hour'`);

/** Runs a statement on the database of a system. */
export async function execute(system: System, statement: SQL): Promise<void> {
  const running = await findRunningDatabase(`${system.dataDir}/data`);
  if (!running) throw new Error("The system has no database.");
  await clientFor(running).execute(statement);
}

/** Returns the texts of all mails to an address, oldest first. */
export async function mailsTo({ dataDir }: System, email: string): Promise<string[]> {
  const folder = join(dataDir, "data/mail");
  const names = existsSync(folder) ? (await readdir(folder)).filter((name) => name.endsWith(".eml")) : [];
  const mails = await Promise.all(names.sort().map((name) => readFile(join(folder, name), "utf8")));
  return mails.filter((mail) => new RegExp(`^To: .*${email}`, "m").test(mail));
}

/** Returns the link to `path` in the newest mail to an address, once there is one. */
export async function mailedLink(system: System, email: string, path: string): Promise<string> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const links = (await mailsTo(system, email)).flatMap((mail) => linksIn(mail));
    const link = links.filter((found) => new URL(found).pathname === path).at(-1);
    if (link) return link;
    await new Promise((resume) => setTimeout(resume, 100));
  }
  throw new Error(`No mail to ${email} has a link to ${path}.`);
}

/** Returns all links of a mail. */
export const linksIn = (mail: string): string[] =>
  [...mail.matchAll(/https?:\/\/[^\s()<>]+/g)].map(([link]) => link);

/** Opens a page of the app with a session of a user. */
export async function openSignedIn(
  browser: Browser,
  url: string,
  username: string,
  path = "",
): Promise<OpenApp> {
  const app = await openApp(browser, "about:blank");
  const signedIn = await app.context.request.post(`${url}/auth/login`, {
    data: { username, password: PASSWORD },
  });
  if (!signedIn.ok()) throw new Error(await signedIn.text());
  await app.page.goto(`${url}/app/${path}`);
  return app;
}

/** An entry, as the API answers it. */
export interface Entry {
  id: string;
  description: string;
  project_id: string | null;
  tag_ids: string[];
  started_at: string;
  ended_at: string | null;
  is_billable: boolean;
}

/** Returns the function that sends requests to the API for a user, as another device of theirs. */
export async function deviceOf(url: string, username: string) {
  const request = (method: string, path: string, body?: object, token?: string) =>
    fetch(url + path, {
      method,
      headers: { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) },
      ...(body && { body: JSON.stringify(body) }),
    });
  const signedIn = await request("POST", "/auth/login", { username, password: PASSWORD });
  const { access_token: token } = (await signedIn.json()) as { access_token: string };
  return async <Answer = Entry>(method: string, path: string, body?: object): Promise<Answer> => {
    const response = await request(method, path, body, token);
    const text = await response.text();
    if (!response.ok) throw new Error(`${response.status} ${method} ${path}: ${text}`);
    return (text ? JSON.parse(text) : undefined) as Answer;
  };
}
