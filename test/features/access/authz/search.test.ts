import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../../../support/api.ts";

let api: TestApi;
let checker: Awaited<ReturnType<TestApi["signUpHolding"]>>;
beforeAll(async () => {
  api = await createTestApi();
  checker = await api.signUpHolding("authz:check");
});

const UNKNOWN_ID = "00000000-0000-0000-0000-000000000000";

interface Page {
  results: Record<string, string>[];
  page: { next_token: string; count: number };
}

const search = (what: string, token: string, body: unknown) =>
  api.call<Page & { error: string; details: unknown }>("POST", `/access/v1/search/${what}`, { token, body });
const user = (id: string) => ({ type: "user", id });
const kind = () => `r${crypto.randomUUID()}`;
const LAST = (count: number) => ({ next_token: "", count });

/** Reads all results page by page, and checks that no page exceeds `limit`. */
async function walk(what: string, body: object, limit: number) {
  const results: Record<string, string>[] = [];
  let token: string | undefined;
  for (let pages = 0; token !== "" && pages < 50; pages++) {
    const answer = await search(what, checker.access, { ...body, page: { limit, ...(token && { token }) } });
    expect(answer.status).toBe(200);
    expect(answer.body.results.length).toBeLessThanOrEqual(limit);
    expect(answer.body.page.count).toBe(answer.body.results.length);
    results.push(...answer.body.results);
    token = answer.body.page.next_token;
  }
  expect(token).toBe("");
  return results;
}

describe("the search for subjects", () => {
  it("finds the active users with access once, with any page size [AUTHZ-1]", async () => {
    const own = await createTestApi();
    const asking = await own.signUpHolding("authz:check");
    const holders = [
      await own.signUpHolding("invoices:read"),
      await own.signUpHolding("invoices:read", "invoices:*", "*"),
      await own.signUpHolding("invoices:*"),
      await own.signUpHolding("*"),
      await own.signUpHolding("superuser"),
    ];
    const others = [
      await own.signUpHolding("invoices:update"),
      await own.signUpHolding("superuser"),
      await own.signUpHolding("invoices:read"),
      await own.signUpHolding("invoices:read"),
    ];
    await own.db.execute(sql`update users set is_active = false where id = ${others[1]?.id}`);
    await own.db.execute(sql`update users set is_deleted = true where id = ${others[2]?.id}`);
    await own.db.execute(sql`update roles set is_deleted = true where id = ${others[3]?.roleId}`);
    const expected = holders.map(({ id }) => user(id)).sort((a, b) => (a.id < b.id ? -1 : 1));
    for (const limit of [1, 2, 5, 100]) {
      const found: unknown[] = [];
      let token = "";
      do {
        const { body }: { body: Page } = await own.call<Page & Record<string, unknown>>(
          "POST",
          "/access/v1/search/subject",
          {
            token: asking.access,
            body: {
              subject: { type: "user", id: "ignored" },
              action: { name: "read" },
              resource: { type: "invoices", id: "1" },
              page: { limit, token },
            },
          },
        );
        found.push(...body.results);
        token = body.page.next_token;
      } while (token !== "");
      expect(found).toEqual(expected);
    }
  });

  it("finds no subjects of other types", async () => {
    const asked = {
      subject: { type: "robot" },
      action: { name: "check" },
      resource: { type: "authz", id: "1" },
    };
    const answer = await search("subject", checker.access, asked);
    expect(answer.body).toEqual({ results: [], page: LAST(0) });
  });

  it("requires authz:check", async () => {
    const { id, access } = await api.signUpHolding("users:read");
    const asked = { subject: user(id), action: { name: "check" }, resource: { type: "authz", id: "1" } };
    expect(await search("subject", access, asked)).toMatchObject({
      status: 403,
      body: { error: "PERMISSION_DENIED" },
    });
  });
});

describe("the search for resources", () => {
  it.each([
    [["reports:read"], true],
    [["reports:*"], true],
    [["superuser"], true],
    [["reports:update"], false],
  ])("finds * or nothing for a holder of %j, for a type without ids", async (names, finds) => {
    const { id, access } = await api.signUpHolding(...names);
    const asked = { subject: user(id), action: { name: "read" }, resource: { type: "reports" } };
    const results = finds ? [{ type: "reports", id: "*" }] : [];
    expect((await search("resource", access, asked)).body).toEqual({ results, page: LAST(results.length) });
  });
});

describe("the search for actions", () => {
  it("finds the known actions that the subject may do, sorted, with any page size", async () => {
    const type = kind();
    const all = ["Zip", "archive", "create", "delete", "read", "update"];
    await api.signUpHolding(...all.map((action) => `${type}:${action}`));
    const some = await api.signUpHolding(`${type}:update`, `${type}:create`, "tasks:read");
    const wild = await api.signUpHolding(`${type}:*`);
    const root = await api.signUpHolding("superuser");
    const none = await api.signUpHolding("tasks:*");
    const of = (id: string) => ({ subject: user(id), resource: { type, id: "*" } });
    const names = (actions: string[]) => actions.map((name) => ({ name }));
    for (const limit of [1, 4, 6, 100]) {
      expect(await walk("action", of(some.id), limit)).toEqual(names(["create", "update"]));
      expect(await walk("action", of(wild.id), limit)).toEqual(names(all));
      expect(await walk("action", of(root.id), limit)).toEqual(names(all));
      expect(await walk("action", of(none.id), limit)).toEqual([]);
    }
    await api.db.execute(sql`update users set is_active = false where id = ${wild.id}`);
    await api.db.execute(sql`update permissions set is_deleted = true where name = ${`${type}:create`}`);
    expect(await walk("action", of(wild.id), 100)).toEqual([]);
    expect(await walk("action", of(some.id), 100)).toEqual(names(["update"]));
    expect(await walk("action", of(UNKNOWN_ID), 100)).toEqual([]);
    expect(await walk("action", of("no id"), 100)).toEqual([]);
  });
});

describe.each(["resource", "action"])("the search for a %s", (what) => {
  it("requires authz:check only about others", async () => {
    const { id, access } = await api.signUpHolding("reports:read");
    const asked = { action: { name: "read" }, resource: { type: "reports", id: "*" } };
    expect((await search(what, access, { ...asked, subject: user(id) })).body.results).toHaveLength(1);
    for (const subject of [user(checker.id), user(UNKNOWN_ID), { type: "robot", id }]) {
      expect(await search(what, access, { ...asked, subject })).toMatchObject({
        status: 403,
        body: { error: "PERMISSION_DENIED" },
      });
    }
    expect((await search(what, checker.access, { ...asked, subject: user(id) })).status).toBe(200);
  });
});

describe("pages", () => {
  const asked = (type = "tasks") => ({
    subject: user(checker.id),
    action: { name: "read" },
    resource: { type, id: "*" },
  });
  const token = (parts: unknown) => btoa(JSON.stringify(parts)).replace(/=+$/, "");

  it("returns at most 100 results, even if more are requested", async () => {
    const type = kind();
    await api.db.execute(sql`
      insert into permissions (resource, action) select ${type}, 'a' || n from generate_series(1, 120) n`);
    const { id } = await api.signUpHolding("superuser");
    const body = { ...asked(type), subject: user(id) };
    for (const page of [undefined, {}, { limit: 1000 }]) {
      const answer = await search("action", checker.access, { ...body, ...(page && { page }) });
      expect(answer.body.results).toHaveLength(100);
    }
    expect(new Set((await walk("action", body, 50)).map(({ name }) => name)).size).toBe(120);
  });

  it.each(["nonsense", "!", token(["a"]), token(["", "b"]), token([1, 2])])(
    "rejects the token %j",
    async (made) => {
      for (const what of ["subject", "resource", "action"]) {
        const answer = await search(what, checker.access, { ...asked(), page: { token: made } });
        expect(answer).toMatchObject({ status: 400, body: { error: "BAD_REQUEST" } });
        expect(answer.body.details).toMatchObject([{ field: "body.page.token" }]);
      }
    },
  );

  it("rejects the token of another search, and a changed token", async () => {
    const { id } = await api.signUpHolding("superuser");
    const body = { ...asked(), subject: user(id), page: { limit: 1 } };
    const first = await search("action", checker.access, body);
    const other = { ...asked("projects"), subject: user(id), page: { token: first.body.page.next_token } };
    expect((await search("action", checker.access, other)).status).toBe(400);
    const subjects = await search("subject", checker.access, body);
    const [mark] = JSON.parse(atob(subjects.body.page.next_token));
    const changed = { ...body, page: { token: token([mark, "no id"]) } };
    expect((await search("subject", checker.access, changed)).status).toBe(400);
  });

  it.each([-1, 1.5, "10"])("rejects a limit of %j", async (limit) => {
    const answer = await search("action", checker.access, { ...asked(), page: { limit } });
    expect(answer.body.details).toMatchObject([{ field: "body.page.limit" }]);
  });

  it.each([
    ["subject", "body.subject"],
    ["resource", "body.subject"],
    ["action", "body.subject"],
  ])("requires a complete question: %s", async (what, field) => {
    const { subject: _, ...rest } = asked();
    expect((await search(what, checker.access, rest)).body.details).toMatchObject([{ field }]);
  });
});

it("returns a page with limit 0 without results, and with the token of the first page", async () => {
  const body = {
    subject: { type: "user" },
    action: { name: "read" },
    resource: { type: "tasks", id: "*" },
  };
  const reader = await api.signUpHolding("authz:check", "tasks:read");
  const search = (page: object) =>
    api.call<{ results: unknown[]; page: { next_token: string; count: number } }>(
      "POST",
      "/access/v1/search/subject",
      { token: reader.access, body: { ...body, page } },
    );
  const none = await search({ limit: 0 });
  expect(none).toMatchObject({ status: 200, body: { results: [], page: { count: 0 } } });
  const first = await search({ limit: 1 });
  expect((await search({ limit: 1, token: none.body.page.next_token })).body).toEqual(first.body);
  const later = await search({ limit: 0, token: first.body.page.next_token });
  expect(later.body.page.next_token === "").toBe(first.body.page.next_token === "");
  expect((await search({ limit: -1 })).status).toBe(400);
});
