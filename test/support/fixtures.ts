import { sql } from "drizzle-orm";
import { expect } from "vitest";
import { PASSWORD } from "./accounts.ts";
import type { TestApi } from "./api.ts";

/** A caller: a signed-in user, or an anonymous one without tokens. */
export interface Actor {
  username: string;
  access?: string | undefined;
  refresh?: string | undefined;
}

/** Parts of a request: path parameters, query, body and headers. */
export interface Parts {
  params?: Record<string, string>;
  query?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

/** Id that no record has. */
export const UNKNOWN_ID = "00000000-0000-4000-8000-000000000000";

/** Returns functions that create the records for the requests of the registries, as the superuser `root`. */
export function createFixtures(api: TestApi, root: Awaited<ReturnType<TestApi["signUp"]>>) {
  /** Sends a request as `root` and returns the body. Throws unless it succeeds. */
  const callAsRoot = async (method: string, path: string, body?: unknown) => {
    const answer = await api.call<{ id: string; name: string; import_id?: string }>(method, path, {
      token: root.access,
      body,
    });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.text}`);
    return answer.body;
  };
  /** Returns the body that creates an account with a unique name. */
  const newAccount = () => {
    const username = `target-${crypto.randomUUID()}`;
    return { username, email: `${username}@example.com`, password: PASSWORD };
  };
  const newUser = async () => (await callAsRoot("POST", "/auth/register", newAccount())).id;
  const newRole = () => callAsRoot("POST", "/roles", { name: crypto.randomUUID() });
  /** Stores an organization that `root` owns, and returns its id. Not by a request, because one user creates few in an hour. */
  const newOrganization = async () => {
    const id = crypto.randomUUID();
    await api.db.execute(sql`
      with founder as (
        insert into users (email, username, password_hash) values (${`${id}@example.com`}, ${id}, '$none$') returning id),
      founded as (
        insert into organizations (id, name, slug, created_by) select ${id}, 'Acme', ${id}, founder.id from founder)
      insert into memberships (organization_id, user_id, role_id)
      select ${id}, ${root.id}, id from organization_roles where builtin = 'owner'`);
    return id;
  };
  /** Creates a user who is a member of the organization, and returns the user's id. */
  const newMember = async (organizationId: string, role = "member") => {
    const id = await newUser();
    await api.db.execute(sql`
      insert into memberships (organization_id, user_id, role_id)
      select ${organizationId}, ${id}, id from organization_roles where builtin = ${role}`);
    return id;
  };
  /** Returns the parts of a request about a new organization. */
  const ofOrganization = async (body?: unknown) => ({
    params: { organization_id: await newOrganization() },
    body,
  });
  /** Returns the parts of a request about a new user. */
  const ofUser = async (body?: unknown) => ({ params: { user_id: await newUser() }, body });
  /** Deletes the record that `parts` is about, and returns the path parameters. */
  const ofDeleted = async (collection: string, parts: Promise<{ params: Record<string, string> }>) => {
    const { params } = await parts;
    await callAsRoot("DELETE", `${collection}/${Object.values(params)[0]}`);
    return { params };
  };
  const otherEmail = () => `other-${crypto.randomUUID()}@example.com`;
  /** Deletes the record at `path`, and gives its name to another record. */
  const deleteAndReplace = async (path: string, other: { method: string; path: string; body: unknown }) => {
    await api.call("DELETE", path, { token: root.access });
    const { status } = await api.call(other.method, other.path, { token: root.access, body: other.body });
    expect(status).toBe(201);
  };
  return {
    api,
    root,
    callAsRoot,
    newAccount,
    newUser,
    newRole,
    newOrganization,
    newMember,
    ofOrganization,
    ofUser,
    ofDeleted,
    otherEmail,
    deleteAndReplace,
  };
}

/** Functions that create records for requests. */
export type Fixtures = ReturnType<typeof createFixtures>;

/** Fixtures for requests that fail, with a user without permissions and a user whose account is deactivated. */
export interface SpecialFixtures extends Fixtures {
  powerless: Fixtures["root"] & { roleId: string };
  deactivated: Fixtures["root"];
}
