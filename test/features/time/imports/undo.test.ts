import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import type { ImportResult } from "../../../../src/features/time/imports/schemas.ts";
import { createTestApi, type TestApi } from "../../../support/api.ts";

type Account = Awaited<ReturnType<TestApi["signUp"]>>;

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});

interface Undone {
  removed: number;
  kept: string[];
  removed_with_it: Record<"clients" | "projects" | "tasks" | "tags", number>;
  error?: string;
}

const FILE = `start,end,project,task,client,tags,description
2026-05-04T08:00:00Z,2026-05-04T09:00:00Z,Engine,Note G,Royal Society,deep,first
2026-05-05T08:00:00Z,2026-05-05T09:00:00Z,Engine,Talk,Royal Society,,second
2026-05-06T08:00:00Z,2026-05-06T09:00:00Z,Garden,,,,third
`;

const call = <Body = { id: string }>(
  { access }: Pick<Account, "access">,
  method: string,
  path: string,
  body?: unknown,
) => api.call<Body>(method, path, { token: access, body });
const send = ({ access }: Pick<Account, "access">, query = "", file = FILE) =>
  api.call<ImportResult>("POST", `/imports?format=generic${query}`, {
    token: access,
    body: file,
    headers: { "Content-Type": "text/csv" },
  });
const undo = (account: Pick<Account, "access">, id: string | null) =>
  call<Undone>(account, "DELETE", `/imports/${id}`);
const namesOf = async (account: Account, path: string) =>
  (await call<{ name: string }[]>(account, "GET", path)).body.map(({ name }) => name).sort();
const entriesOf = async (account: Account) =>
  (await call<{ id: string; description: string }[]>(account, "GET", "/time-entries?sort=started_at")).body;
const importsOf = async (account: Account) =>
  (await call<{ id: string; format: string; created: number }[]>(account, "GET", "/imports")).body;

describe("an import that is undone", () => {
  it("leaves no records, and allows importing again", async () => {
    const ada = await api.signUp();
    const before = await call(ada, "POST", "/projects", { name: "garden" });
    const { body } = await send(ada);
    expect(await importsOf(ada)).toMatchObject([{ id: body.import_id, format: "generic", created: 3 }]);
    const { status, body: undone } = await undo(ada, body.import_id);
    expect([status, undone]).toEqual([
      200,
      { removed: 3, kept: [], removed_with_it: { clients: 1, projects: 1, tasks: 2, tags: 1 } },
    ]);
    expect(await entriesOf(ada)).toEqual([]);
    expect([
      await namesOf(ada, "/projects"),
      await namesOf(ada, "/clients"),
      await namesOf(ada, "/tags"),
    ]).toEqual([["garden"], [], []]);
    expect(before.status).toBe(201);
    expect(await importsOf(ada)).toEqual([]);
    expect((await undo(ada, body.import_id)).status).toBe(404);
    expect((await send(ada)).body).toMatchObject({ created: 3, duplicates: 0, made: body.made });
  });

  it("keeps changed entries, their records and other records in use", async () => {
    const ada = await api.signUp();
    const { body } = await send(ada);
    const [first, second, third] = await entriesOf(ada);
    await call(ada, "PATCH", `/time-entries/${first?.id}`, { description: "changed" });
    await call(ada, "DELETE", `/time-entries/${third?.id}`);
    const [tag] = (await call<{ id: string }[]>(ada, "GET", "/tags")).body;
    await call(ada, "POST", "/time-entries", {
      started_at: "2026-05-07T08:00:00Z",
      ended_at: "2026-05-07T09:00:00Z",
      tag_ids: [tag?.id],
    });
    const { body: undone } = await undo(ada, body.import_id);
    expect(undone).toEqual({
      removed: 1,
      kept: [first?.id],
      removed_with_it: { clients: 0, projects: 0, tasks: 1, tags: 0 },
    });
    expect((await entriesOf(ada)).map(({ description }) => description)).toEqual(["changed", ""]);
    expect(await namesOf(ada, "/tasks")).toEqual(["Note G"]);
    // Adds the removed entry and the entry that its owner deleted.
    expect((await send(ada)).body).toMatchObject({ created: 2, duplicates: 1 });
    expect(second?.description).toBe("second");
  });

  it("allows importing rows again whose entries were deleted by their owner, even if changed before", async () => {
    const ada = await api.signUp();
    const { body } = await send(ada);
    const [first, second] = await entriesOf(ada);
    await call(ada, "PATCH", `/time-entries/${first?.id}`, { description: "changed" });
    for (const entry of [first, second]) await call(ada, "DELETE", `/time-entries/${entry?.id}`);
    expect((await send(ada)).body).toMatchObject({ created: 0, duplicates: 3 });
    expect((await undo(ada, body.import_id)).body).toMatchObject({ removed: 1, kept: [] });
    const again = await send(ada);
    expect(again.body).toMatchObject({ created: 3, duplicates: 0 });
    expect((await entriesOf(ada)).map(({ description }) => description)).toEqual([
      "first",
      "second",
      "third",
    ]);
    expect((await send(ada)).body).toMatchObject({ created: 0, duplicates: 3 });
    // Entries that their owner deleted can still be restored, and undoing the second import keeps them.
    expect((await call(ada, "POST", `/time-entries/${first?.id}/restore`)).status).toBe(200);
    expect((await undo(ada, again.body.import_id)).body).toMatchObject({ removed: 3, kept: [] });
    expect((await entriesOf(ada)).map(({ description }) => description)).toEqual(["changed"]);
  });

  it("keeps records that its owner renamed or uses in goals", async () => {
    const ada = await api.signUp();
    const { body } = await send(ada);
    const [engine] = (await call<{ id: string }[]>(ada, "GET", "/projects?q=Engine")).body;
    const [garden] = (await call<{ id: string }[]>(ada, "GET", "/projects?q=Garden")).body;
    await call(ada, "PATCH", `/projects/${garden?.id}`, { name: "Orchard" });
    await call(ada, "POST", "/goals", {
      name: "x",
      period: "day",
      direction: "at_least",
      target_seconds: 60,
      project_id: engine?.id,
    });
    expect((await undo(ada, body.import_id)).body).toMatchObject({
      removed: 3,
      removed_with_it: { clients: 0, projects: 0, tasks: 2, tags: 1 },
    });
    expect(await namesOf(ada, "/projects")).toEqual(["Engine", "Orchard"]);
  });

  it("requires the owner, and the permissions to delete all kinds of records", async () => {
    const ada = await api.signUp();
    const { body } = await send(ada);
    expect((await undo(await api.signUp(), body.import_id)).status).toBe(404);
    expect((await undo(await api.signUpHolding("superuser"), body.import_id)).status).toBe(404);
    const names = ["time_entries", "clients", "projects", "tasks", "tags"].map(
      (resource) => `${resource}:delete`,
    );
    for (const missing of names) {
      const eve = await api.signUpHolding(...names.filter((name) => name !== missing));
      expect((await undo(eve, body.import_id)).body.error, missing).toBe("PERMISSION_DENIED");
    }
    expect(await entriesOf(ada)).toHaveLength(3);
  });

  it("takes one round trip, also for entries of two statements", async () => {
    const ada = await api.signUp();
    const rows = Array.from(
      { length: 1_200 },
      (_, n) => `2026-05-04T08:00:00Z,2026-05-04T09:00:00Z,P${n % 7},${n}`,
    );
    const { body } = await send(ada, "", `start,end,project,description\n${rows.join("\n")}\n`);
    expect(await importsOf(ada)).toMatchObject([{ created: 1_200 }]);
    let undone: Undone | undefined;
    const trips = await api.roundTripsOf(async () => {
      undone = (await undo(ada, body.import_id)).body;
    });
    expect([trips, undone?.removed, undone?.removed_with_it.projects]).toEqual([1, 1_200, 7]);
    const { rows: left } = await api.db.execute(sql`select from time_entries where owner_id = ${ada.id}`);
    expect(left).toEqual([]);
  });
});

it("keeps a tag that an entry has, even if a statement deletes all tags", async () => {
  const ada = await api.signUp();
  await send(ada);
  await expect(api.db.execute(sql`delete from tags where owner_id = ${ada.id}`)).rejects.toThrow();
  expect(await namesOf(ada, "/tags")).toEqual(["deep"]);
});

it("returns no import to undo if nothing was added, or after a dry run", async () => {
  const ada = await api.signUp();
  expect((await send(ada, "&dry_run=true")).body.import_id).toBeNull();
  expect((await send(ada, "", "start,end\nx,y\n")).body.import_id).toBeNull();
  expect((await send(ada)).body.import_id).toEqual(expect.any(String));
  expect((await send(ada)).body).toMatchObject({ import_id: null, duplicates: 3 });
  expect(await importsOf(ada)).toHaveLength(1);
});
