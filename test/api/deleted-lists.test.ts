import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../support/api.ts";

let api: TestApi;
let root: Awaited<ReturnType<TestApi["signUpHolding"]>>;
beforeAll(async () => {
  api = await createTestApi();
  root = await api.signUpHolding("superuser");
});

interface Listed {
  id: string;
  error?: string;
  missing?: string[][];
}

const call = <Body = Listed>(method: string, path: string, token: string, body?: unknown) =>
  api.call<Body>(method, path, { token, body });
const idsIn = async (path: string, token: string) =>
  (await call<Listed[]>("GET", path, token)).body.map(({ id }) => id);

let days = 0;

/** Lists with the resource of their permissions and the body of a new record. */
const OWNED: [path: string, resource: string, newBody: () => object][] = [
  ["/clients", "clients", () => ({ name: crypto.randomUUID() })],
  ["/projects", "projects", () => ({ name: crypto.randomUUID() })],
  ["/tasks", "tasks", () => ({ name: crypto.randomUUID() })],
  ["/tags", "tags", () => ({ name: crypto.randomUUID() })],
  [
    "/goals",
    "goals",
    () => ({ name: crypto.randomUUID(), period: "day", direction: "at_least", target_seconds: 60 }),
  ],
  [
    "/time-entries",
    "time_entries",
    () => {
      const day = new Date(Date.UTC(2020, 0, 1 + days++)).toISOString().slice(0, 10);
      return { started_at: `${day}T08:00:00Z`, ended_at: `${day}T09:00:00Z` };
    },
  ],
];

const SHARED: [path: string, resource: string, newBody: () => object][] = [
  ["/roles", "roles", () => ({ name: crypto.randomUUID() })],
  ["/permissions", "permissions", () => ({ resource: `r${crypto.randomUUID()}`, action: "read" })],
  [
    "/auth/users",
    "users",
    () => {
      const username = `user-${crypto.randomUUID()}`;
      return { username, email: `${username}@example.com` };
    },
  ],
];

describe.each([...OWNED, ...SHARED])("%s?deleted=true", (path, resource, newBody) => {
  /** Creates a record that is live and one that is deleted. */
  const make = async (token = root.access) => {
    const live = (await call("POST", path, token, newBody())).body.id;
    const gone = (await call("POST", path, token, newBody())).body.id;
    expect((await call("DELETE", `${path}/${gone}`, token)).status).toBe(204);
    return { live, gone };
  };

  it("lists the deleted records, and only those, until they are restored", async () => {
    const { live, gone } = await make();
    const deleted = await idsIn(`${path}?deleted=true`, root.access);
    expect(deleted).toContain(gone);
    expect(deleted).not.toContain(live);
    for (const query of ["", "?deleted=false"]) {
      const listed = await idsIn(path + query, root.access);
      expect(listed).toContain(live);
      expect(listed).not.toContain(gone);
    }
    expect((await call("POST", `${path}/${gone}/restore`, root.access)).status).toBe(200);
    expect(await idsIn(`${path}?deleted=true`, root.access)).not.toContain(gone);
  });

  it("requires the permission to restore them, and makes one round trip", async () => {
    await make();
    const reader = await api.signUpHolding(`${resource}:read`);
    expect((await call("GET", path, reader.access)).status).toBe(200);
    expect(await call("GET", `${path}?deleted=true`, reader.access)).toMatchObject({
      status: 403,
      body: { error: "PERMISSION_DENIED", missing: [[`${resource}:delete`]] },
    });
    const holder = await api.signUpHolding(`${resource}:read`, `${resource}:delete`);
    let status = 0;
    const trips = await api.roundTripsOf(async () => {
      ({ status } = await call("GET", `${path}?deleted=true`, holder.access));
    });
    expect([status, trips]).toEqual([200, 1]);
  });

  it("counts the deleted records, and follows its pages", async () => {
    await make();
    await make();
    const { body, headers } = await call<Listed[]>("GET", `${path}?deleted=true&limit=1`, root.access);
    expect(body).toHaveLength(1);
    const total = Number(headers.get("X-Total-Count"));
    expect(total).toBeGreaterThan(1);
    const [, next = ""] = /<([^>]+)>; rel="next"/.exec(headers.get("Link") ?? "") ?? [];
    expect(next).toContain("deleted=true");
    expect(await idsIn(next, root.access)).not.toContain(body[0]?.id);
  });
});

describe.each(OWNED)("%s?deleted=true of other users", (path, resource, newBody) => {
  it("requires the permissions to read and to delete other users' records", async () => {
    const ada = await api.signUp();
    const gone = (await call("POST", path, ada.access, newBody())).body.id;
    await call("DELETE", `${path}/${gone}`, ada.access);
    const own = await api.signUpHolding(`${resource}:read`, `${resource}:delete`);
    expect(await idsIn(`${path}?deleted=true`, own.access)).toEqual([]);
    expect(await call("GET", `${path}?deleted=true&owner_id=${ada.id}`, own.access)).toMatchObject({
      status: 403,
      body: { missing: [[`${resource}:read_any`], [`${resource}:delete_any`]] },
    });
    for (const owner of [ada.id, "all"]) {
      expect(await idsIn(`${path}?deleted=true&owner_id=${owner}`, root.access)).toContain(gone);
    }
  });
});

it("filters deleted records as it filters live ones", async () => {
  const ada = await api.signUp();
  const entryOf = async (description: string, started_at: string) => {
    const { id } = (
      await call("POST", "/time-entries", ada.access, { description, started_at, ended_at: started_at })
    ).body;
    await call("DELETE", `/time-entries/${id}`, ada.access);
    return id;
  };
  const [letter, note] = [
    await entryOf("letter", "2026-01-01T08:00:00Z"),
    await entryOf("note", "2026-02-01T08:00:00Z"),
  ];
  expect(await idsIn("/time-entries?deleted=true", ada.access)).toEqual([note, letter]);
  expect(await idsIn("/time-entries?deleted=true&q=lett", ada.access)).toEqual([letter]);
  expect(await idsIn("/time-entries?deleted=true&from=2026-01-15T00:00:00Z", ada.access)).toEqual([note]);
});

it("leaves out accounts whose erasure was ordered, which cannot be restored", async () => {
  const ada = await api.signUp();
  await call("DELETE", `/auth/users/${ada.id}`, root.access);
  const find = () => idsIn(`/auth/users?deleted=true&q=${ada.username}`, root.access);
  expect(await find()).toEqual([ada.id]);
  expect(
    (await call("DELETE", `/auth/users/${ada.id}/data`, root.access, { username: ada.username })).status,
  ).toBeLessThan(300);
  expect(await find()).toEqual([]);
});

it("reads deleted entries from an index of their own", async () => {
  const { rows } = await api.db.execute<{ "QUERY PLAN": string }>(sql`
    explain select id from time_entries where owner_id = ${root.id} and is_deleted order by started_at desc, id desc limit 101`);
  expect(rows.map((row) => row["QUERY PLAN"]).join("\n")).toContain("time_entries_deleted");
});
