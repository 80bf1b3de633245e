import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CLIENT_ADDRESS, type Edge, startEdge } from "../support/edge.ts";
import { type System, startSystem } from "../support/system.ts";

const PASSWORD = "correct horse battery staple";
const ROOT = {
  SUPERUSER_EMAIL: "root@example.com",
  SUPERUSER_USERNAME: "root",
  SUPERUSER_PASSWORD: PASSWORD,
};

describe("the system behind an edge that compresses and weakens ETags", () => {
  let system: System;
  let bearer: string;
  beforeAll(async () => {
    system = await startSystem({ ...ROOT, JWT_ISSUER: "productivity-tracker" });
    const signedIn = await ask("POST", "/auth/login", {
      body: { username: "root", password: PASSWORD, token_delivery: "body" },
    });
    bearer = (await bodyOf(signedIn)).access_token ?? "";
  });
  afterAll(() => system?.stop());

  interface Asked {
    body?: unknown;
    headers?: Record<string, string>;
  }

  const ask = (method: string, path: string, { body, headers }: Asked = {}) =>
    fetch(system.url + path, {
      method,
      headers: {
        ...(bearer && { Authorization: `Bearer ${bearer}` }),
        ...(body !== undefined && { "Content-Type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });

  const bodyOf = async (answer: Response) => (await answer.json()) as Record<string, string>;

  const make = async (path: string, body: object) => {
    const answer = await ask("POST", path, { body });
    expect(answer.status, await answer.clone().text()).toBe(201);
    return `${path}/${(await bodyOf(answer)).id}`;
  };

  it.each<[string, () => Promise<string>, string, object]>([
    [
      "an account",
      () => make("/auth/users", { username: "ada", email: "ada@example.com" }),
      "PUT",
      { first_name: "Ada" },
    ],
    ["a role", () => make("/roles", { name: "reviewer" }), "PUT", { description: "Reads" }],
    [
      "a permission",
      () => make("/permissions", { resource: "boats", action: "sail" }),
      "PUT",
      { description: "Sails" },
    ],
    ["a client", () => make("/clients", { name: "Babbage" }), "PATCH", { name: "Lovelace" }],
    ["a project", () => make("/projects", { name: "Engine" }), "PATCH", { name: "Loom" }],
    ["a task", () => make("/tasks", { name: "Notes" }), "PATCH", { name: "Note G" }],
    ["a tag", () => make("/tags", { name: "deep" }), "PATCH", { name: "shallow" }],
    [
      "an entry",
      () => make("/time-entries", { started_at: "2026-11-20T08:00:00Z", ended_at: "2026-11-20T09:00:00Z" }),
      "PATCH",
      { description: "A morning" },
    ],
    ["settings", async () => "/settings/time", "PATCH", { week_start: 0 }],
    [
      "a goal",
      () => make("/goals", { name: "Six", period: "day", direction: "at_least", target_seconds: 60 }),
      "PATCH",
      { target_seconds: 90 },
    ],
    [
      "a rule",
      () => make("/activity/rules", { field: "app", match: "contains", pattern: "code" }),
      "PATCH",
      { pattern: "vim" },
    ],
  ])(
    "updates %s once with the ETag of its last answer, if no other client changed it",
    async (_, path, method, body) => {
      const address = await path();
      const seen = await ask("GET", address);
      expect(seen.headers.get("Content-Encoding")).toBe("gzip");
      const tag = seen.headers.get("ETag") ?? "";
      expect(tag).toMatch(/^W\/"/);
      const change = () => ask(method, address, { body, headers: { "If-Match": tag } });
      const changed = await change();
      expect([changed.status, await changed.clone().text()]).toEqual([200, expect.any(String)]);
      expect(changed.headers.get("ETag")).toMatch(/^W\/"/);
      expect((await change()).status).toBe(412);
      expect(
        (await ask(method, address, { body, headers: { "If-Match": changed.headers.get("ETag") ?? "" } }))
          .status,
      ).toBe(200);
    },
  );

  it.each(["/.well-known/jwks.json", "calendar"])(
    "answers 304 for %s with the ETag of its last answer",
    async (named) => {
      const path =
        named === "calendar"
          ? new URL(
              (await bodyOf(await ask("POST", "/calendar-feeds", { body: { name: "Mine" } }))).url ?? "",
            ).pathname
          : named;
      const first = await ask("GET", path);
      const tag = first.headers.get("ETag") ?? "";
      expect([first.status, tag]).toEqual([200, expect.stringMatching(/"/)]);
      for (const seen of [tag, tag.replace("W/", ""), `"other", ${tag}`, "*"]) {
        const again = await ask("GET", path, { headers: { "If-None-Match": seen } });
        expect([again.status, await again.text()]).toEqual([304, ""]);
      }
      expect((await ask("GET", path, { headers: { "If-None-Match": '"other"' } })).status).toBe(200);
    },
  );

  it("answers HEAD like GET, without a body", async () => {
    for (const path of ["/auth/me", "/projects", "/openapi.json", "/health"]) {
      const [head, get] = [await ask("HEAD", path), await ask("GET", path)];
      expect([head.status, await head.text()]).toEqual([get.status, ""]);
      for (const name of ["ETag", "Content-Type", "Content-Encoding", "Cache-Control"])
        expect([path, name, head.headers.get(name)]).toEqual([path, name, get.headers.get(name)]);
    }
  });

  it("streams exports, sets cookies and answers an allowed origin", async () => {
    for (const path of ["/time-entries/export", "/auth/me/data", "/compat/aw/api/0/export"]) {
      const answer = await ask("GET", path);
      expect([path, answer.status, answer.headers.get("Content-Length")]).toEqual([path, 200, null]);
      expect((await answer.text()).length).toBeGreaterThan(10);
    }
    const signedIn = await ask("POST", "/auth/login", { body: { username: "root", password: PASSWORD } });
    expect(signedIn.headers.getSetCookie().length).toBeGreaterThan(1);
  });

  it("uses the address from the edge, and ignores the address that a client sends", async () => {
    const spoofed = {
      "CF-Connecting-IP": "192.0.2.1",
      "X-Forwarded-For": "192.0.2.2",
      "X-Real-IP": "192.0.2.3",
    };
    const { status } = await ask("POST", "/auth/login", {
      body: { username: "root", password: PASSWORD },
      headers: spoofed,
    });
    expect(status).toBe(200);
    const sessions = await (await ask("GET", "/auth/sessions")).text();
    expect(sessions).not.toMatch(/192\.0\.2\./);
  });
});

describe("an edge", () => {
  let origin: Server;
  let edge: Edge;
  let answer: (incoming: IncomingMessage, outgoing: ServerResponse) => void;
  let seen: IncomingMessage;
  beforeAll(async () => {
    origin = createServer((incoming, outgoing) => {
      seen = incoming;
      answer(incoming, outgoing);
    });
    await new Promise<void>((listening) => origin.listen(0, "127.0.0.1", listening));
    edge = await startEdge(`http://127.0.0.1:${(origin.address() as AddressInfo).port}`, {
      bodyBytesMax: 1_000_000,
    });
  });
  afterAll(async () => {
    await edge?.stop();
    origin?.closeAllConnections();
    origin?.close();
  });

  const echo = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    outgoing.writeHead(200, {
      "Content-Type": "application/json",
      ETag: '"one"',
      Connection: "X-Hop",
      "X-Hop": "1",
      "X-Kept": "2",
    });
    text(incoming).then(
      (body) => outgoing.end(body),
      () => {},
    );
  };

  it("removes headers of the connection, and adds the address of the client", async () => {
    answer = echo;
    const headers = {
      Connection: "keep-alive, X-Private",
      "X-Private": "1",
      TE: "trailers",
      "CF-Connecting-IP": "192.0.2.9",
      "X-Kept": "2",
      "Accept-Encoding": "identity",
    };
    const got = await new Promise<IncomingMessage>((resolve) =>
      request(edge.url, { headers }, resolve).end(),
    );
    expect(seen.headers).toMatchObject({
      "cf-connecting-ip": "127.0.0.1",
      "x-kept": "2",
      host: new URL(edge.url).host,
    });
    for (const name of ["x-private", "te"]) expect(seen.headers).not.toHaveProperty(name);
    expect(got.headers).toMatchObject({ etag: '"one"', "x-kept": "2" });
    expect(got.headers).not.toHaveProperty("x-hop");
    got.resume();
    await fetch(edge.url, { headers: { [CLIENT_ADDRESS]: "203.0.113.7" } });
    expect(seen.headers).toMatchObject({
      "cf-connecting-ip": "203.0.113.7",
      "x-forwarded-for": "203.0.113.7",
    });
    expect(seen.headers).not.toHaveProperty(CLIENT_ADDRESS.toLowerCase());
  });

  it.each([
    ["br", "gzip, br", 'W/"one"'],
    ["gzip", "gzip, br;q=0", 'W/"one"'],
    [null, "identity", '"one"'],
  ])(
    "compresses with %s for a client that accepts %s, and weakens the ETag",
    async (encoding, accepted, tag) => {
      answer = echo;
      const got = await fetch(edge.url, {
        method: "POST",
        body: "x".repeat(5000),
        headers: { "Accept-Encoding": accepted },
      });
      expect([got.headers.get("Content-Encoding"), got.headers.get("ETag")]).toEqual([encoding, tag]);
      expect(await got.text()).toBe("x".repeat(5000));
    },
  );

  it("forwards each part of an answer immediately, even if compressed", async () => {
    let finish = () => {};
    answer = (_, outgoing) => {
      outgoing.writeHead(200, { "Content-Type": "text/csv" });
      outgoing.write("first,");
      finish = () => outgoing.end("last");
    };
    const got = await fetch(edge.url);
    const reader = got.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect(got.headers.get("Content-Encoding")).toBe("gzip");
    expect((await reader?.read())?.value).toBe("first,");
    finish();
    expect((await reader?.read())?.value).toBe("last");
  });

  it.each([
    ["that says so", () => "x".repeat(1_000_001)],
    ["in chunks", () => new Blob(["x".repeat(1_000_001)]).stream()],
  ])("rejects a body over its limit %s", async (_, body) => {
    answer = echo;
    const sent = await fetch(edge.url, { method: "POST", body: body(), duplex: "half" } as RequestInit);
    expect([sent.status, sent.headers.get("Content-Type")]).toEqual([413, "text/html"]);
  });
});
