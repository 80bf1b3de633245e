import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from "vitest";
import { createTestApi, PASSWORD } from "../../../support/api.ts";

const BREACHED_PASSWORD = "a breached horse, a breached battery";
const PADDED_PASSWORD = "a padded horse, a padded battery";

interface Asked {
  path: string;
  padding: string | null;
}

/** Creates an API whose breached-password service is in `mode`; `asked` returns the requests that the service received. */
async function apiWith(mode: string) {
  const name = crypto.randomUUID();
  const api = await createTestApi({
    BREACHED_PASSWORDS_URL: `http://breached.test/${mode}/${name}`,
    LOG_LEVEL: "warn",
  });
  const asked = async () => (await (await fetch(`http://breached.test/asked/${name}`)).json()) as Asked[];
  const register = (password: string, username = `user-${crypto.randomUUID()}`) =>
    api.call("POST", "/auth/register", { body: { username, email: `${username}@example.com`, password } });
  return { ...api, asked, register };
}

// The API logs each failure of the service as a warning.
let warn: MockInstance;
beforeEach(() => {
  warn = vi.spyOn(console, "warn").mockImplementation(() => {});
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe("a breached password", () => {
  it("is rejected at registration, and reveals only 20 bits of its hash to the service [PASSWORD-8]", async () => {
    const { register, asked } = await apiWith("well");
    const { status, body } = await register(BREACHED_PASSWORD);
    expect(status).toBe(422);
    expect(body).toMatchObject({
      error: "INVALID_PASSWORD",
      message: expect.stringContaining("data breach"),
    });
    const digest = await crypto.subtle.digest("SHA-1", new TextEncoder().encode(BREACHED_PASSWORD));
    const hash = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    expect(await asked()).toEqual([{ path: `/range/${hash.slice(0, 5).toUpperCase()}`, padding: "true" }]);
  });

  it("is rejected in a password change, which leaves the old password [PASSWORD-9]", async () => {
    const { signUp, signIn, call } = await apiWith("well");
    const { access: token, username } = await signUp();
    const body = { current_password: PASSWORD, new_password: BREACHED_PASSWORD };
    expect(await call("PUT", "/auth/me/password", { token, body })).toMatchObject({
      status: 422,
      body: { error: "INVALID_PASSWORD" },
    });
    expect(await signIn(username)).toHaveProperty("access");
  });

  it("is looked up by one hash, composed or decomposed", async () => {
    const { register, asked } = await apiWith("well");
    await register("kzqwvéàü".normalize("NFC"));
    await register("kzqwvéàü".normalize("NFD"));
    const [composed, decomposed] = await asked();
    expect(composed?.path).toMatch(/^\/range\/[0-9A-F]{5}$/);
    expect(decomposed).toEqual(composed);
  });
});

describe("a password that is not breached", () => {
  it("is accepted, also if it occurs in the padding of a response", async () => {
    const { register } = await apiWith("well");
    expect((await register(PASSWORD)).status).toBe(201);
    expect((await register(PADDED_PASSWORD)).status).toBe(201);
  });

  it("is not sent to the service if the rules already reject it", async () => {
    const { register, asked } = await apiWith("well");
    for (const password of ["short", "trustno1", "productivity2026"]) {
      expect((await register(password)).status).toBe(422);
    }
    expect(await asked()).toEqual([]);
  });

  it("is not checked without a configured service", async () => {
    const api = await createTestApi();
    const username = `user-${crypto.randomUUID()}`;
    const body = { username, email: `${username}@example.com`, password: BREACHED_PASSWORD };
    expect((await api.call("POST", "/auth/register", { body })).status).toBe(201);
  });
});

describe.each(["slow", "refusing", "cut", "nonsense"])("a breached-password service that is %s", (mode) => {
  it("leaves the check to the list of common passwords, and logs one warning", async () => {
    const { register, asked } = await apiWith(mode);
    expect((await register("password1")).status).toBe(422);
    expect(await asked()).toEqual([]);
    expect((await register(BREACHED_PASSWORD)).status).toBe(201);
    expect(await asked()).toHaveLength(1);
    const lines = warn.mock.calls.map(([line]) => String(line));
    expect(
      lines.filter((line) => line.includes("breached-passwords service could not be queried")),
    ).toHaveLength(1);
    expect(lines.join()).not.toContain(BREACHED_PASSWORD);
  });
});
