import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { chromiumPath, launchBrowser } from "../support/browser.ts";
import { type System, startSystem } from "../support/system.ts";

const PASSWORD = "correct horse battery staple";

let system: System;
/** URL of the system on localhost, which is a secure context like 127.0.0.1, and a domain, as passkeys require. */
let url: string;
beforeAll(async () => {
  system = await startSystem();
  url = system.url.replace("127.0.0.1", "localhost");
});
afterAll(() => system?.stop());

interface Answer {
  status: number;
  body: Record<string, unknown> & { id: string; methods: string[]; challenge: string };
}

describe.skipIf(!chromiumPath)("in a browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  /** Opens the page of an application at the origin of the system, with an authenticator that verifies its user. */
  async function open() {
    const context = await browser.newContext();
    onTestFinished(() => context.close());
    await context.route(`${url}/app`, (route) =>
      route.fulfill({ contentType: "text/html", body: "<p>App</p>" }),
    );
    const page = await context.newPage();
    await page.goto(`${url}/app`);
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
    return { page, devtools, authenticatorId };
  }

  /** Sends a request from the page, with its cookies. */
  async function send(page: Page, method: string, path: string, body?: unknown): Promise<Answer> {
    const headers = body === undefined ? {} : { "Content-Type": "application/json" };
    const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
    const { status, text } = await page.evaluate(
      async ({ path, init }) => {
        const response = await fetch(path, init);
        return { status: response.status, text: await response.text() };
      },
      { path, init },
    );
    return { status, body: text === "" ? {} : JSON.parse(text) };
  }

  /** Lets the browser create or use a passkey with the options. Returns its answer as JSON. */
  const ask = (page: Page, kind: "create" | "get", options: unknown) => {
    const parser = kind === "create" ? "parseCreationOptionsFromJSON" : "parseRequestOptionsFromJSON";
    return page.evaluate(`navigator.credentials
      .${kind}({ publicKey: PublicKeyCredential.${parser}(${JSON.stringify(options)}) })
      .then((credential) => credential.toJSON())`);
  };

  async function signUp(page: Page) {
    const username = `user-${crypto.randomUUID()}`;
    await send(page, "POST", "/auth/register", {
      username,
      email: `${username}@example.com`,
      password: PASSWORD,
    });
    await login(page, username);
    return username;
  }
  const login = (page: Page, username: string) =>
    send(page, "POST", "/auth/login", { username, password: PASSWORD, token_delivery: "cookie" });

  async function setUpPasskey(page: Page) {
    const { body: options } = await send(page, "POST", "/auth/passkeys/options");
    const credential = await ask(page, "create", options);
    return send(page, "POST", "/auth/passkeys", { name: "This browser", credential });
  }

  async function signInWithPasskey(page: Page) {
    const { body: options } = await send(page, "POST", "/auth/login/passkey/options");
    const credential = await ask(page, "get", options);
    return send(page, "POST", "/auth/login/passkey", { credential, token_delivery: "cookie" });
  }

  it("creates a passkey, signs in with it alone, and reads the account", async () => {
    const { page, devtools, authenticatorId } = await open();
    const username = await signUp(page);
    const made = await setUpPasskey(page);
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ name: "This browser", recovery_codes: expect.any(Array) });
    const { credentials } = await devtools.send("WebAuthn.getCredentials", { authenticatorId });
    expect(credentials).toMatchObject([{ rpId: "localhost", isResidentCredential: true }]);
    await send(page, "POST", "/auth/logout");
    expect((await send(page, "GET", "/auth/me")).status).toBe(401);
    const signedIn = await signInWithPasskey(page);
    expect(signedIn.status).toBe(200);
    expect((await send(page, "GET", "/auth/me")).body).toMatchObject({ username });
  });

  it("uses a passkey as the second factor, and for recent authentication", async () => {
    const { page } = await open();
    const username = await signUp(page);
    await setUpPasskey(page);
    const { status, body } = await login(page, username);
    expect([status, body.methods]).toEqual([202, ["passkey", "recovery_code"]]);
    const passkey = await ask(page, "get", body.passkey_options);
    const proved = await send(page, "POST", "/auth/login/second-factor", {
      challenge: body.challenge,
      passkey,
    });
    expect(proved.status).toBe(200);
    const { body: options } = await send(page, "POST", "/auth/reauthenticate/options");
    const again = await send(page, "POST", "/auth/reauthenticate", {
      passkey: await ask(page, "get", options),
    });
    expect(again.status).toBe(200);
  });

  it("rejects a copy of a passkey, and an unverified user", async () => {
    const { page, devtools, authenticatorId } = await open();
    await signUp(page);
    await setUpPasskey(page);
    const [original] = (await devtools.send("WebAuthn.getCredentials", { authenticatorId })).credentials;
    if (!original) throw new Error("The authenticator has no passkey.");
    for (let i = 0; i < 2; i++) expect((await signInWithPasskey(page)).status).toBe(200);
    const { credentialId } = original;
    await devtools.send("WebAuthn.removeCredential", { authenticatorId, credentialId });
    await devtools.send("WebAuthn.addCredential", { authenticatorId, credential: original });
    const copied = await signInWithPasskey(page);
    expect([copied.status, copied.body.error]).toEqual([422, "INVALID_PASSKEY"]);
    await devtools.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
    const { body: options } = await send(page, "POST", "/auth/login/passkey/options");
    await expect(ask(page, "get", options)).rejects.toThrow("NotAllowedError");
    const unverified = await ask(page, "get", { ...options, userVerification: "discouraged" });
    const refused = await send(page, "POST", "/auth/login/passkey", { credential: unverified });
    expect([refused.status, refused.body.error]).toEqual([422, "INVALID_PASSKEY"]);
  });

  it("rejects a second use of an answer, and a page of another domain", async () => {
    const { page } = await open();
    await signUp(page);
    await setUpPasskey(page);
    const { body: options } = await send(page, "POST", "/auth/login/passkey/options");
    const credential = await ask(page, "get", options);
    const outcomes = [];
    for (let i = 0; i < 2; i++) {
      const { status, body } = await send(page, "POST", "/auth/login/passkey", { credential });
      outcomes.push([status, body.error]);
    }
    expect(outcomes).toEqual([
      [200, undefined],
      [401, "INVALID_TOKEN"],
    ]);
    await page
      .context()
      .route("http://other.localhost/app", (route) =>
        route.fulfill({ contentType: "text/html", body: "<p>Another</p>" }),
      );
    await page.goto("http://other.localhost/app");
    await expect(ask(page, "get", options)).rejects.toThrow("SecurityError");
  });

  it("creates no second passkey in the same authenticator", async () => {
    const { page } = await open();
    await signUp(page);
    await setUpPasskey(page);
    const { body: options } = await send(page, "POST", "/auth/passkeys/options");
    await expect(ask(page, "create", options)).rejects.toThrow("InvalidStateError");
  });
});
