import { beforeAll, describe, expect, it, vi } from "vitest";
import { app } from "../../src/app.ts";
import { createTestApi, PASSWORD, type TestApi } from "../support/api.ts";

const ORIGIN = "https://app.example.com";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi({ CORS_ORIGINS: ORIGIN });
});

describe("errors", () => {
  it("has one shape on every path [HTTP-2]", async () => {
    const cases = [
      ["GET", "/nowhere", undefined, 404, "NOT_FOUND"],
      ["GET", "/auth/nowhere", undefined, 404, "NOT_FOUND"],
      ["GET", "/docs/assets/nowhere.js", undefined, 404, "NOT_FOUND"],
      ["GET", "/%00", undefined, 404, "NOT_FOUND"],
      ["GET", "/%E0%A4%A", undefined, 404, "NOT_FOUND"],
      ["PUT", "/auth/login", undefined, 405, "METHOD_NOT_ALLOWED"],
      ["DELETE", "/", undefined, 405, "METHOD_NOT_ALLOWED"],
      ["POST", "/auth/login", "{not json", 400, "BAD_REQUEST"],
      ["POST", "/auth/login", undefined, 400, "BAD_REQUEST"],
      ["POST", "/auth/login", "", 400, "BAD_REQUEST"],
      ["POST", "/auth/login", [], 422, "VALIDATION_ERROR"],
      ["POST", "/auth/login", "null", 422, "VALIDATION_ERROR"],
      ["GET", "/auth/me", undefined, 401, "INVALID_TOKEN"],
    ] as const;
    for (const [method, path, body, status, code] of cases) {
      const answer = await api.call(method, path, { body });
      expect(`${path} ${answer.status}`).toBe(`${path} ${status}`);
      expect(answer.headers.get("Content-Type")).toMatch(/^application\/json/);
      expect(answer.body).toMatchObject({
        error: code,
        message: expect.any(String),
        request_id: answer.headers.get("X-Request-Id"),
      });
      expect(answer.body).not.toHaveProperty("debug_context");
    }
  });

  it("describes the problem of each field in the API's own words", async () => {
    const { body } = await api.call<{ details: object[] }>("POST", "/auth/login", {
      body: { username: 7, unknown: 1 },
    });
    expect(body.details).toEqual([
      {
        field: "body.username",
        message: "Invalid input: expected string, received number",
        type: "invalid_type",
      },
      { field: "body.password", message: "is required", type: "invalid_type" },
      { field: "body.unknown", message: "Unknown field.", type: "unrecognized_keys" },
    ]);
    const { access: token } = await api.signUp();
    const answers = [
      await api.call<{ details: object[] }>("POST", "/tasks", { token, body: {} }),
      await api.call<{ details: object[] }>("POST", "/goals", { token, body: { name: "Six hours a day" } }),
      await api.call<{ details: object[] }>("GET", "/tasks?skip=ten", { token }),
    ];
    expect(answers.flatMap(({ body: { details } }) => details)).toMatchObject([
      { field: "body.name", message: "is required" },
      { field: "body.period", message: "is required" },
      { field: "body.direction", message: "is required" },
      { field: "body.target_seconds", message: "is required" },
      { field: "query.skip", message: "must be a whole number in decimal digits, such as 5" },
    ]);
  });

  it("names the allowed methods in a 405 [HTTP-3]", async () => {
    expect((await api.call("POST", "/auth/me")).headers.get("Allow")).toBe("GET, HEAD, PUT, DELETE");
    expect((await api.call("GET", "/auth/login")).headers.get("Allow")).toBe("POST");
  });

  it("rejects a body that is not JSON with 415", async () => {
    for (const type of [
      "text/plain",
      "application/x-www-form-urlencoded",
      "multipart/form-data; boundary=x",
    ]) {
      const answer = await api.call("POST", "/auth/login", {
        body: JSON.stringify({ username: "ada", password: PASSWORD }),
        headers: { "Content-Type": type },
      });
      expect(answer).toMatchObject({ status: 415, body: { error: "UNSUPPORTED_MEDIA_TYPE" } });
    }
  });

  it("rejects a body over 64 KiB with 413, with and without a declared length", async () => {
    const large = JSON.stringify({ username: "ada", password: "x".repeat(65_536) });
    expect(await api.call("POST", "/auth/login", { body: large })).toMatchObject({
      status: 413,
      body: { error: "PAYLOAD_TOO_LARGE" },
    });
    const { readable, writable } = new TransformStream();
    const writer = writable.getWriter();
    const writing = writer.write(new TextEncoder().encode(large)).then(() => writer.close());
    const response = await app.fetch(
      new Request("http://api.test/auth/login", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: readable,
      }),
      api.bindings,
    );
    await writing.catch(() => {});
    expect(response.status).toBe(413);
    await response.body?.cancel();
  });

  it("shows details only with DEBUG, and never in production", async () => {
    const debugging = await createTestApi({ DEBUG: "true" });
    expect((await debugging.call("GET", "/nowhere")).body).toHaveProperty("debug_context");
    const production = await createTestApi({
      DEBUG: "true",
      ENVIRONMENT: "production",
      APP_URL: "https://app.test",
      AUTH_SECRET: "8vJ2kPq0sT5xW7zB4nM1cR6yH9dF3gLa",
    });
    expect((await production.call("GET", "/nowhere")).body).not.toHaveProperty("debug_context");
  });

  it("hides invalid settings from clients", async () => {
    const error = vi.spyOn(console, "error").mockImplementation(() => {});
    const bindings = { ...api.bindings, AUTH_SECRET: "hunter2" };
    const response = await app.fetch(new Request("http://api.test/health"), bindings);
    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({ error: "INTERNAL_SERVER_ERROR" });
    expect(response.headers.get("X-Content-Type-Options")).toBe("nosniff");
    expect(error.mock.calls.join()).toContain("AUTH_SECRET");
    expect(error.mock.calls.join()).not.toContain("hunter2");
    error.mockRestore();
  });

  it("answers 503 without internals when the database fails", async () => {
    const error = vi.spyOn(console, "error").mockImplementation(() => {});
    const { access } = await api.signUp();
    const bindings = { ...api.bindings, DATABASE_ENDPOINT: "http://127.0.0.1:1/sql" };
    const response = await app.fetch(
      new Request("http://api.test/auth/me", { headers: { Authorization: `Bearer ${access}` } }),
      bindings,
    );
    expect(response.status).toBe(503);
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ error: "DATABASE_CONNECTION_ERROR" });
    expect(text).not.toMatch(/127\.0\.0\.1|select|neon|fetch|postgres/i);
    const fromPage = await app.fetch(
      new Request("http://api.test/auth/me", {
        headers: { Authorization: `Bearer ${access}`, Origin: ORIGIN },
      }),
      bindings,
    );
    expect(fromPage.headers.get("Access-Control-Allow-Origin")).toBe(ORIGIN);
    expect(fromPage.headers.get("X-Content-Type-Options")).toBe("nosniff");
    expect(fromPage.headers.get("X-Request-Id")).toBeTruthy();
    const health = await app.fetch(new Request("http://api.test/health/detailed"), bindings);
    expect(health.status).toBe(503);
    expect(await health.json()).toMatchObject({
      status: "degraded",
      database: "disconnected",
      database_version: null,
    });
    error.mockRestore();
  });
});

describe("addresses", () => {
  it("accepts the prefix /api/v1 and a trailing slash", async () => {
    for (const path of ["/health", "/health/", "/api/v1/health", "/api/v1/health/"]) {
      expect((await api.call("GET", path)).status).toBe(200);
    }
    expect((await api.call("GET", "/api/v1")).body).toMatchObject({ name: "Productivity Tracker" });
    expect((await api.call("GET", "/api/v1nonsense")).status).toBe(404);
    expect((await api.call("GET", "/api/v1/api/v1/health")).status).toBe(404);
  });

  it("describes the service at /", async () => {
    expect((await api.call("GET", "/")).body).toEqual({
      name: "Productivity Tracker",
      version: "0.2.0",
      links: { app: "/app/", docs: "/docs", redoc: "/redoc", openapi: "/openapi.json", health: "/health" },
    });
    expect((await api.call("GET", "/health")).body).toEqual({
      status: "healthy",
      app_name: "Productivity Tracker",
      version: "0.2.0",
      timestamp: expect.stringMatching(/Z$/),
      database: "not_checked",
    });
    expect((await api.call("GET", "/health/detailed")).body).toMatchObject({
      status: "healthy",
      database: "connected",
      database_version: expect.stringMatching(/^\d+/),
    });
  });
});

describe("headers", () => {
  it("protects every response, errors included [HTTP-4]", async () => {
    for (const [method, path] of [
      ["GET", "/"],
      ["GET", "/auth/me"],
      ["GET", "/nowhere"],
      ["PATCH", "/auth/me"],
      ["POST", "/auth/login"],
      ["GET", "/docs"],
      ["GET", "/openapi.json"],
      ["GET", "/docs/assets/swagger-ui-dist/swagger-ui.css"],
    ] as const) {
      const { headers } = await api.call(method, path);
      const text = Object.fromEntries(headers);
      expect(text).toMatchObject({
        "x-request-id": expect.stringMatching(/^[\w-]{8,}$/),
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
        "strict-transport-security": expect.stringContaining("max-age=31536000"),
        "content-security-policy": expect.stringContaining("frame-ancestors 'none'"),
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "cross-origin-embedder-policy": "require-corp",
        "origin-agent-cluster": "?1",
        "permissions-policy": "camera=(), geolocation=(), microphone=()",
        "x-dns-prefetch-control": "off",
        "x-download-options": "noopen",
        "x-permitted-cross-domain-policies": "none",
        "x-xss-protection": "0",
        "cache-control": expect.any(String),
      });
    }
  });

  it("keeps responses with credentials out of caches", async () => {
    const { access: token } = await api.signUp();
    expect((await api.call("GET", "/auth/me", { token })).headers.get("Cache-Control")).toBe("no-store");
    expect((await api.call("GET", "/auth/me")).headers.get("Cache-Control")).toBe("no-store");
  });

  it("identifies the request by the service's own id, and ignores the client's", async () => {
    const ask = async (id: string) =>
      (await api.call("GET", "/health", { headers: { "X-Request-Id": id } })).headers.get("X-Request-Id");
    const sent = ["trace-1234", crypto.randomUUID(), "a b<script>", "x".repeat(300)];
    const answered = await Promise.all(sent.map(ask));
    for (const id of answered) expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(new Set([...sent, ...answered]).size).toBe(8);
  });
});

describe("CORS", () => {
  const preflight = (origin: string) =>
    api.call("OPTIONS", "/auth/me", {
      headers: {
        Origin: origin,
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "content-type",
      },
    });

  it("allows only the configured origins, with credentials", async () => {
    const { headers, status } = await preflight(ORIGIN);
    expect(status).toBe(204);
    expect(headers.get("Access-Control-Allow-Origin")).toBe(ORIGIN);
    expect(headers.get("Access-Control-Allow-Credentials")).toBe("true");
    expect(headers.get("Access-Control-Allow-Methods")).toContain("PUT");
    const actual = await api.call("GET", "/auth/me", { headers: { Origin: ORIGIN } });
    expect(actual.status).toBe(401);
    expect(actual.headers.get("Access-Control-Allow-Origin")).toBe(ORIGIN);
  });

  interface Documented {
    paths: Record<string, Record<string, Operation>>;
  }
  interface Operation {
    parameters?: { in: string; name: string }[];
    responses?: Record<string, { headers?: object }>;
  }

  it.each([
    ["/auth/me", ORIGIN],
    ["/compat/wakatime/v1/users/current", "https://vscode.test"],
  ])("exposes every response header to pages: %s", async (path, origin) => {
    const { body } = await api.call<Documented>("GET", "/openapi.json");
    const operations = Object.values(body.paths).flatMap((item) => Object.values(item));
    const answered = operations.flatMap(({ responses = {} }) =>
      Object.values(responses).flatMap(({ headers = {} }) => Object.keys(headers)),
    );
    expect(answered).toContain("Unusable-Rules");
    const actual = await api.call("GET", path, { headers: { Origin: origin } });
    expect(actual.status).toBe(401);
    const said = [...actual.headers.keys()].filter((name) => /^(www-authenticate|x-request-id)$/.test(name));
    expect(said).toHaveLength(2);
    expect(namesIn(actual.headers.get("Access-Control-Expose-Headers"))).toEqual(
      expect.arrayContaining(
        [...new Set([...answered, ...said, "RateLimit", "RateLimit-Policy"])].map(lower),
      ),
    );
  });

  it("allows pages to send every request header", async () => {
    const { body } = await api.call<Documented>("GET", "/openapi.json");
    const taken = Object.values(body.paths)
      .flatMap((item) => Object.values(item))
      .flatMap(({ parameters = [] }) => parameters.filter((parameter) => parameter.in === "header"));
    expect(taken.map(({ name }) => lower(name))).toContain("idempotency-key");
    const { headers } = await preflight(ORIGIN);
    expect(namesIn(headers.get("Access-Control-Allow-Headers"))).toEqual(
      expect.arrayContaining(
        [...taken.map(({ name }) => name), "Authorization", "User-Agent", "X-Request-Id"].map(lower),
      ),
    );
  });

  const lower = (name: string) => name.toLowerCase();
  const namesIn = (list: string | null) => (list ?? "").split(",").map((name) => lower(name.trim()));

  it("sends only Vary to requests without another origin", async () => {
    const { headers } = await api.call("GET", "/health");
    expect([...headers.keys()].filter((name) => name.startsWith("access-control-"))).toEqual([]);
    expect(headers.get("Vary")).toContain("Origin");
  });

  it.each(["https://app.example.com.evil.test", "http://app.example.com", "https://evil.test", "null"])(
    "does not answer %s",
    async (origin) => {
      expect((await preflight(origin)).headers.get("Access-Control-Allow-Origin")).toBeNull();
      const actual = await api.call("GET", "/health", { headers: { Origin: origin } });
      expect(actual.headers.get("Access-Control-Allow-Origin")).toBeNull();
    },
  );
});

describe("requests that a page of another origin makes a browser send", () => {
  const attempt = async (headers: Record<string, string>) => {
    const { access, refresh } = await api.signUp();
    const cookies = { Cookie: `access_token=${access}; refresh_token=${refresh}` };
    const send = { headers: { ...cookies, ...headers } };
    const update = await api.call("PUT", "/auth/me", { ...send, body: { first_name: "Mallory" } });
    const renewal = await api.call("POST", "/auth/refresh", send);
    const logout = await api.call("POST", "/auth/logout", send);
    return [update.status, renewal.status, logout.status];
  };

  it.each([
    { "Sec-Fetch-Site": "cross-site", Origin: "https://evil.test" },
    { "Sec-Fetch-Site": "same-site", Origin: "https://other.api.test" },
    { "Sec-Fetch-Site": "cross-site" },
    { Origin: "https://evil.test" },
    { Origin: "null" },
  ])("rejects %o [HTTP-1]", async (headers) => {
    expect(await attempt(headers as Record<string, string>)).toEqual([403, 403, 403]);
  });

  it.each([
    { "Sec-Fetch-Site": "same-origin" },
    { "Sec-Fetch-Site": "none" },
    { Origin: "http://api.test" },
    { "Sec-Fetch-Site": "cross-site", Origin: ORIGIN },
    {},
  ])("accepts %o", async (headers) => {
    expect(await attempt(headers as Record<string, string>)).toEqual([200, 200, 200]);
  });

  it("accepts bearer tokens from any origin", async () => {
    const { access: token } = await api.signUp();
    const headers = { "Sec-Fetch-Site": "cross-site", Origin: "https://evil.test" };
    expect((await api.call("PUT", "/auth/me", { token, headers, body: {} })).status).toBe(200);
  });
});

describe("the request log", () => {
  it("keeps the client's request id separate from the service's", async () => {
    const lines: string[] = [];
    vi.spyOn(console, "info").mockImplementation((line: string) => lines.push(line));
    const logging = await createTestApi({ LOG_LEVEL: "info" });
    lines.length = 0;
    const ids = ["trace:1/2=3", "two words", "x".repeat(129)];
    for (const id of ids) await logging.call("GET", "/health", { headers: { "X-Request-Id": id } });
    vi.restoreAllMocks();
    const entries = lines.map((line) => JSON.parse(line));
    expect(entries.map(({ client_request_id }) => client_request_id)).toEqual([ids[0], undefined, undefined]);
    for (const { request_id } of entries) expect(request_id).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("writes one line per request, with the user and the route and without secrets [HTTP-5]", async () => {
    const lines: string[] = [];
    for (const level of ["info", "warn", "error"] as const) {
      vi.spyOn(console, level).mockImplementation((line: string) => lines.push(line));
    }
    const logging = await createTestApi({ LOG_LEVEL: "info" });
    lines.length = 0;
    const session = await logging.signUp();
    await logging.call("GET", "/tasks?q=secret", { token: session.access });
    await logging.call("POST", "/auth/login", {
      body: { username: session.username, password: "wrong\nforged line" },
    });
    await logging.call("POST", "/auth/refresh", { body: { refresh_token: session.refresh } });
    vi.restoreAllMocks();

    expect(lines).toHaveLength(5);
    const entries = lines.map((line) => JSON.parse(line));
    expect(entries[2]).toEqual({
      timestamp: expect.stringMatching(/Z$/),
      level: "info",
      module: "http",
      message: "GET /tasks 200",
      request_id: expect.any(String),
      method: "GET",
      path: "/tasks",
      user_id: session.id,
      status: 200,
      duration_ms: expect.any(Number),
    });
    expect(entries[3]).toMatchObject({ level: "warn", status: 401 });
    const everything = lines.join("\n");
    for (const secret of [session.access, session.refresh, session.email, PASSWORD, "secret", "forged"]) {
      expect(everything).not.toContain(secret);
    }
  });
});
