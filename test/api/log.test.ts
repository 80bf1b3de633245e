import { afterEach, expect, it, vi } from "vitest";
import { createTestApi, PASSWORD } from "../support/api.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

it("logs no account name and no text of a client, except an escaped path [LOG-1]", async () => {
  const lines: string[] = [];
  for (const level of ["debug", "info", "warn", "error"] as const) {
    vi.spyOn(console, level).mockImplementation((line: string) => lines.push(line));
  }
  const api = await createTestApi({ LOG_LEVEL: "debug" });
  lines.length = 0;
  const account = { username: "Zaphod.B", email: "Trillian@example.com", password: PASSWORD };
  const forged = '\n{"timestamp":"2026-01-01T00:00:00.000Z","level":"info","message":"forged"}';
  const post = (path: string, body: object) => api.call("POST", path, { body });
  const statuses = [
    await post("/auth/register", account),
    await post("/auth/register", account),
    await post("/auth/register", { ...account, username: `Zaphod${forged}` }),
    await post("/auth/login", { username: account.email, password: "wrong" }),
    await post("/auth/login", { username: `Zaphod${forged}`, password: "wrong" }),
    await post("/auth/login", { username: account.username, password: PASSWORD }),
    await api.call("GET", `/nowhere${encodeURIComponent(forged)}?name=Zaphod`),
    await api.call("GET", "/nowhere", {
      headers: { "User-Agent": "Zaphod", Referer: "https://zaphod.test" },
    }),
  ].map(({ status }) => status);
  expect(statuses).toEqual([201, 409, 422, 401, 401, 200, 404, 404]);
  expect(lines).toHaveLength(statuses.length);
  for (const line of lines) {
    expect(line).not.toMatch(/\n|zaphod|trillian/i);
    expect(JSON.parse(line)).toMatchObject({ module: "http", timestamp: expect.stringMatching(/Z$/) });
  }
});

it("masks every kind of token and code in a path", async () => {
  const lines: string[] = [];
  for (const level of ["info", "warn", "error"] as const) {
    vi.spyOn(console, level).mockImplementation((line: string) => lines.push(line));
  }
  const api = await createTestApi({ LOG_LEVEL: "info" });
  const { access, refresh } = await api.signUp();
  const { body } = await api.call<{ token: string }>("POST", "/auth/tokens", {
    token: access,
    body: { name: "export", scopes: ["full"] },
  });
  const random = (bytes: number) =>
    btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(bytes))))
      .replaceAll("+", "-")
      .replaceAll("/", "_")
      .replaceAll("=", "");
  const [header, payload, signature] = `${access}`.split(".");
  const secrets = {
    access,
    header: `${header}.${payload}`,
    payload,
    refresh,
    token: body.token,
    mailed: `${random(32)}aA1`,
    signature: `${signature}`,
    recovery: "7K3M9Q-0AB2CD-XYZ123-4HJ6KM",
  };
  lines.length = 0;
  for (const secret of Object.values(secrets)) {
    await api.call("GET", `/somewhere/${secret}/else`);
    await api.call("GET", `/somewhere/%20${secret}`);
  }
  expect(lines).toHaveLength(2 * Object.keys(secrets).length);
  const log = lines.join("\n");
  for (const [kind, secret] of Object.entries(secrets)) expect(log, kind).not.toContain(secret);
  lines.length = 0;
  const named = [
    "/somewhere/aw-watcher-window_a-very-long-name-of-a-machine-at-home.local",
    `/x/${crypto.randomUUID()}`,
  ];
  for (const path of named) await api.call("GET", path);
  expect(lines.map((line) => JSON.parse(line).path)).toEqual(named);
});
