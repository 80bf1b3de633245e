import { env } from "cloudflare:workers";
import { sql } from "drizzle-orm";
import { app } from "../../src/app.ts";
import { parseSettings } from "../../src/core/config.ts";
import { createDatabase, type Database } from "../../src/database/client.ts";
import { maintain } from "../../src/jobs/maintenance.ts";
import { PASSWORD, sessionIdIn } from "./accounts.ts";
import { expectDocumented } from "./documented.ts";

export { PASSWORD, sessionIdIn };

const BASE = "http://api.test";

/** Response with its body read, as text and parsed as JSON. */
export interface Answer<Body = Record<string, never>> {
  status: number;
  headers: Headers;
  body: Body;
  text: string;
}

/** Mail that the service sent. */
export interface Mail {
  from: string;
  to: string[];
  subject: string;
  text: string;
}

type Json = Record<string, unknown>;

interface CallOptions {
  body?: unknown;
  token?: string | undefined;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /** Platform that completes work after the response. Default: none, so that the response waits for the work. */
  platform?: Pick<ExecutionContext, "waitUntil">;
}

/** Returns the bindings for development, on the database of that name. */
const bindingsOn = (database: string) => ({
  ASSETS: (env as { ASSETS: Fetcher }).ASSETS,
  ENVIRONMENT: "development",
  LOG_LEVEL: "error",
  // Enables the metadata route, so that tests can call every operation.
  JWT_ISSUER: "https://issuer.test",
  AUTH_SECRET: "local-secret-of-the-tests-0123456789-abcdefghij",
  DATABASE_URL: `postgres://worker:test@database.test/${database}`,
  DATABASE_ENDPOINT: "http://database.test/sql",
  ARGON2_MEMORY_KIB: "7168",
  ARGON2_ITERATIONS: "1",
  MAIL_API_URL: "http://mail.test/well/emails",
  MAIL_API_KEY: database,
  MAIL_FROM: "Productivity Tracker <no-reply@api.test>",
});

let seeding: Promise<void> | undefined;

/** Seeds a database, of which each new database will be a copy: the maintenance takes longer than the copy. */
async function seedTemplate(): Promise<void> {
  const template = crypto.randomUUID();
  // All tests share one Postgres, which can be slow under load.
  await maintain({ ...parseSettings(bindingsOn(template)), DATABASE_TIMEOUT_MS: 60_000 });
  await fetch(`http://database.test/template?name=${template}`, { method: "POST" });
}

/** Creates an API on a new, seeded database. `settings` override the bindings for development. */
export async function createTestApi(settings: Record<string, unknown> = {}) {
  seeding ??= seedTemplate();
  await seeding;
  const database = crypto.randomUUID();
  const bindings = { ...bindingsOn(database), ...settings };
  const parsed = parseSettings(bindings);

  /** Sends a request, objects as JSON, and returns the unread response. */
  async function open(method: string, path: string, options: CallOptions = {}): Promise<Response> {
    const { body, token, headers = {}, signal, platform } = options;
    const request = new Request(BASE + path, {
      method,
      headers: {
        ...(body !== undefined && { "Content-Type": "application/json" }),
        ...(token !== undefined && { Authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
      ...(signal && { signal }),
    });
    return app.fetch(request, bindings, platform as ExecutionContext | undefined);
  }

  /** Sends a request, objects as JSON, and returns the response. Fails unless it is as documented. */
  async function call<Body = Json>(
    method: string,
    path: string,
    options: CallOptions = {},
  ): Promise<Answer<Body>> {
    const response = await open(method, path, options);
    // Without text(), because workerd warns if the media type is not one of text.
    const text = new TextDecoder().decode(await response.arrayBuffer());
    const answer = {
      status: response.status,
      headers: response.headers,
      text,
      body: parseJson(text) as Body,
    };
    expectDocumented(method, path, answer);
    return answer;
  }

  /** Signs up a new account, and signs it in. */
  async function signUp(username = `user-${crypto.randomUUID()}`) {
    const account = { email: `${username}@example.com`, username, password: PASSWORD };
    const { body: user } = await call<Json & { id: string }>("POST", "/auth/register", { body: account });
    return { ...account, id: user.id, ...(await signIn(username)) };
  }

  /** Signs in with tokens in the body. */
  async function signIn(username: string, password = PASSWORD) {
    const { body } = await call<{ access_token: string; refresh_token: string }>("POST", "/auth/login", {
      body: { username, password },
    });
    return { access: body.access_token, refresh: body.refresh_token };
  }

  /** Signs up a user who holds exactly the permissions `names`, by a new role; for "superuser", a superuser. */
  async function signUpHolding(...names: string[]) {
    const session = await signUp();
    if (names.includes("superuser")) {
      await db.execute(sql`update users set is_superuser = true where id = ${session.id}`);
      return { ...session, roleId: "" };
    }
    const roleId = crypto.randomUUID();
    await db.execute(sql`delete from user_roles where user_id = ${session.id}`);
    await db.execute(sql`insert into roles (id, name) values (${roleId}, ${roleId})`);
    await db.execute(sql`insert into user_roles (user_id, role_id) values (${session.id}, ${roleId})`);
    for (const name of names) {
      const [resource = "*", action = "*"] = name.split(":");
      await db.execute(
        sql`insert into permissions (resource, action) values (${resource}, ${action}) on conflict do nothing`,
      );
      await db.execute(sql`
        insert into role_permissions (role_id, permission_id)
        select ${roleId}, id from permissions where name = ${name} and not is_deleted`);
    }
    return { ...session, roleId };
  }

  const countOf = async (what: "round-trips" | "statements") =>
    Number(await (await fetch(`http://database.test/${what}?name=${database}`)).text());

  /** Returns the number of round trips to the database during `work`. */
  async function roundTripsOf(work: () => Promise<unknown>): Promise<number> {
    const before = await countOf("round-trips");
    await work();
    return (await countOf("round-trips")) - before;
  }

  /** Returns the number of statements that the database plans during `work`, with the BEGIN and the COMMIT of transactions. */
  async function statementsOf(work: () => Promise<unknown>): Promise<number> {
    const before = await countOf("statements");
    await work();
    return (await countOf("statements")) - before;
  }

  /** Sets the database's time zone to `zone`. */
  async function moveDatabase(zone: string): Promise<void> {
    await fetch(`http://database.test/zone?name=${database}&zone=${zone}`, { method: "POST" });
    const { rows } = await db.execute(sql`select current_setting('timezone') as zone`);
    if (rows[0]?.zone !== zone)
      throw new Error(`The time zone of the database is ${rows[0]?.zone}, not ${zone}.`);
  }

  /** Returns the mails to `address`, newest first. */
  async function mailsTo(address: string): Promise<Mail[]> {
    const query = new URLSearchParams({ key: database, to: address });
    return (await fetch(`http://mail.test/inbox?${query}`)).json();
  }

  /** Returns the token in the newest mail to `address`. */
  async function mailedToken(address: string): Promise<string> {
    const [mail] = await mailsTo(address);
    const [, token] = /#token=(\S+)/.exec(mail?.text ?? "") ?? [];
    if (!token) throw new Error(`No token was mailed to ${address}: ${mail?.text}`);
    return token;
  }

  /** Database client with the role that owns the tables, which has more rights than the Worker's role. */
  const db: Database = createDatabase({
    ...parsed,
    DATABASE_URL: `postgres://owner:test@database.test/${database}`,
    DATABASE_TIMEOUT_MS: 60_000,
  });
  return {
    call,
    open,
    signUp,
    signUpHolding,
    signIn,
    roundTripsOf,
    statementsOf,
    moveDatabase,
    mailsTo,
    mailedToken,
    db,
    database,
    bindings,
    settings: parsed,
  };
}

/** API under test, with functions that call it and look into its database and mails. */
export type TestApi = Awaited<ReturnType<typeof createTestApi>>;

/** Returns the cookies that a response sets, by name, with their values and attributes. */
export function cookiesOf({
  headers,
}: Pick<Answer, "headers">): Record<string, { value: string; attributes: string }> {
  return Object.fromEntries(
    headers.getSetCookie().map((line) => {
      const [, name = "", value = "", attributes = ""] = /^([^=]+)=([^;]*);? ?(.*)$/.exec(line) ?? [];
      return [name, { value, attributes }];
    }),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
