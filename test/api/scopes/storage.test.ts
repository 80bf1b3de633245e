import { type SQL, sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../../support/api.ts";
import { createOrganization, leave, signUpMember } from "../../support/organization-members.ts";

/** Ids of records of one scope, all of one owner. */
type Records = Record<"owner" | "client" | "project" | "task" | "tag" | "entry", string> & {
  organization: string | null;
};

let api: TestApi;
/** Records of two organizations, and personal ones. */
let ours: Records;
let theirs: Records;
let own: Records;

async function createRecords(owner: string, organization: string | null): Promise<Records> {
  const newId = () => crypto.randomUUID();
  const ids = { client: newId(), project: newId(), task: newId(), tag: newId(), entry: newId() };
  const add = (statement: SQL) => api.db.execute(statement);
  await add(
    sql`insert into clients (id, owner_id, organization_id, name) values (${ids.client}, ${owner}, ${organization}, 'c')`,
  );
  await add(sql`
    insert into projects (id, owner_id, organization_id, client_id, name, color)
    values (${ids.project}, ${owner}, ${organization}, ${ids.client}, 'p', '#000000')`);
  await add(sql`
    insert into tasks (id, owner_id, organization_id, project_id, name)
    values (${ids.task}, ${owner}, ${organization}, ${ids.project}, 't')`);
  await add(
    sql`insert into tags (id, owner_id, organization_id, name) values (${ids.tag}, ${owner}, ${organization}, 'g')`,
  );
  await add(sql`
    insert into time_entries (id, owner_id, organization_id, project_id, started_at, ended_at)
    values (${ids.entry}, ${owner}, ${organization}, ${ids.project}, '2026-01-01', '2026-01-02')`);
  return { owner, organization, ...ids };
}

beforeAll(async () => {
  api = await createTestApi();
  const ada = await api.signUp();
  const first = await createOrganization(api, ada);
  const second = await createOrganization(api, ada);
  ours = await createRecords(ada.id, first);
  theirs = await createRecords(ada.id, second);
  own = await createRecords(ada.id, null);
});

const tryTo = (statement: SQL) =>
  api.db.execute(statement).then(
    () => "stored",
    (error) => (error as { cause?: { code?: string } }).cause?.code,
  );
const FOREIGN_KEY = "23503";

/** Each reference between records, with the table, its column and the kind of record that it refers to. */
const REFERENCES = [
  ["project", "projects", "client_id", "client"],
  ["task", "tasks", "project_id", "project"],
  ["entry", "time_entries", "project_id", "project"],
  ["entry", "time_entries", "task_id", "task"],
] as const;

describe("a reference to a record of another scope", () => {
  it.each(REFERENCES)("is refused for a %s, in %s.%s", async (kind, table, column, target) => {
    const scopes = () => [ours, theirs, own];
    for (const from of scopes()) {
      for (const to of scopes()) {
        const isSame = from === to;
        const result = await tryTo(sql`
          update ${sql.identifier(table)} set ${sql.identifier(column)} = ${to[target]},
            ${column === "task_id" ? sql`project_id = ${to.project}` : sql`updated_at = now()`}
           where id = ${from[kind]}`);
        expect([from.organization, to.organization, result]).toEqual([
          from.organization,
          to.organization,
          isSame ? "stored" : FOREIGN_KEY,
        ]);
      }
      if (column === "task_id")
        await tryTo(sql`update time_entries set task_id = null where id = ${from.entry}`);
    }
  });

  it("is refused between a time entry and a tag, with any scope in the statement", async () => {
    for (const scope of [ours.organization, own.organization, theirs.organization]) {
      const result = await tryTo(sql`
        insert into time_entry_tags (entry_id, tag_id, scope_id)
        values (${ours.entry}, ${theirs.tag}, coalesce(${scope}::uuid, '00000000-0000-0000-0000-000000000000'))`);
      expect(result).toBe(FOREIGN_KEY);
    }
    const ourTag = sql`insert into time_entry_tags (entry_id, tag_id, scope_id) values (${ours.entry}, ${ours.tag}, ${ours.organization})`;
    expect(await tryTo(ourTag)).toBe("stored");
  });

  it("is refused when only the project moves to another organization", async () => {
    expect(
      await tryTo(
        sql`update projects set organization_id = ${theirs.organization}, client_id = null, name = 'moved' where id = ${ours.project}`,
      ),
    ).toBe(FOREIGN_KEY);
  });
});

describe("the scope of a record", () => {
  it("follows its organization in spite of what a statement sets", async () => {
    await api.db.execute(sql`update tags set scope_id = ${theirs.organization} where id = ${ours.tag}`);
    const { rows } = await api.db.execute(sql`select scope_id from tags where id = ${ours.tag}`);
    expect(rows).toEqual([{ scope_id: ours.organization }]);
  });

  it("needs an owner who is a member of the organization", async () => {
    const stranger = await api.signUp();
    const former = await signUpMember(api, ours.organization ?? "", "member");
    await leave(api, ours.organization ?? "", former.id);
    for (const { id } of [stranger, former]) {
      expect(
        await tryTo(
          sql`insert into tags (owner_id, organization_id, name) values (${id}, ${ours.organization}, 'x')`,
        ),
      ).toBe("RESOURCE_NOT_FOUND");
    }
  });
});

describe("a name", () => {
  const rename = (table: string, id: string, name: string) =>
    tryTo(sql`update ${sql.identifier(table)} set name = ${name} where id = ${id}`);

  it.each([["clients", "client"] as const, ["projects", "project"] as const, ["tags", "tag"] as const])(
    "is unique among %s of one scope",
    async (table, kind) => {
      for (const scope of [ours, theirs, own])
        expect(await rename(table, scope[kind], "Shared")).toBe("stored");
      const bob = await signUpMember(api, ours.organization ?? "", "member");
      const add = (organization: string | null) =>
        tryTo(sql`
          insert into ${sql.identifier(table)} (owner_id, organization_id, name ${table === "projects" ? sql`, color` : sql``})
          values (${bob.id}, ${organization}, 'shared' ${table === "projects" ? sql`, '#000000'` : sql``})`);
      expect(await add(ours.organization)).toBe("23505");
      expect(await add(null)).toBe("stored");
    },
  );
});

describe("a member who leaves an organization", () => {
  it("stops a running time entry there, and leaves its projects", async () => {
    const organization = ours.organization ?? "";
    const bob = await signUpMember(api, organization, "member");
    const entry = crypto.randomUUID();
    await api.db.execute(sql`
      insert into time_entries (id, owner_id, organization_id, started_at) values (${entry}, ${bob.id}, ${organization}, now() - interval '1 hour')`);
    await api.db.execute(sql`
      insert into project_members (organization_id, project_id, user_id) values (${organization}, ${ours.project}, ${bob.id})`);
    await leave(api, organization, bob.id);
    const { rows } = await api.db.execute(sql`
      select ended_at is not null as is_stopped, version, (select count(*)::int from project_members where user_id = ${bob.id}) as projects
        from time_entries where id = ${entry}`);
    expect(rows).toEqual([{ is_stopped: true, version: 2, projects: 0 }]);
  });
});
