import { type NeonQueryFunction, type NeonQueryPromise, neon, neonConfig } from "@neondatabase/serverless";
import { drizzle, type NeonHttpDatabase } from "drizzle-orm/neon-http";
import type { Settings } from "../core/config.ts";
import type { Origin } from "../core/context.ts";
import type { Principal } from "../core/security/principal.ts";
import { translateDriverError } from "./errors.ts";

export type Database = NeonHttpDatabase;

export type DatabaseSettings = Pick<Settings, "DATABASE_URL" | "DATABASE_ENDPOINT" | "DATABASE_TIMEOUT_MS">;

/** Who asks, and what they must hold: checked by the database in the transaction that does the work. */
export interface Guard extends Principal {
  origin: Origin;
  /** Clauses that must all be met, each by holding any one of its names. */
  required: string[][];
  /** Whether a personal token will not do. */
  inPerson: boolean;
  /** How long ago the user may have proved who they are. */
  maxAgeSeconds: number | undefined;
}

/** A client whose every transaction begins with the guard. */
export interface GuardedDatabase {
  db: Database;
  /** Puts the guard to the database now, unless a transaction already has. Throws as the guard does. */
  ensureChecked: () => Promise<void>;
}

type Client = NeonQueryFunction<false, true>;
type Query = NeonQueryPromise<false, true>;
type Results = Awaited<ReturnType<Client["transaction"]>>;

/**
 * A client over Neon's HTTP driver: each call is one round trip, a `batch` is also one transaction. A database that can't
 * be reached, or says nothing for DATABASE_TIMEOUT_MS, is an AppError: DATABASE_CONNECTION_ERROR. What is done for a
 * request tells the audit log its `origin`.
 */
export function createDatabase(settings: DatabaseSettings, origin?: Origin): Database {
  const client = connect(settings);
  if (origin)
    return after(client, () => client.query("select origin($1)", [JSON.stringify(originClaims(origin))]));
  return overClient(client, {
    alone: (execute) => execute(),
    together: (queries) => client.transaction(queries),
  });
}

/**
 * A client that can't be used without the check: whatever is sent, one statement or a batch, becomes a transaction that
 * begins with the guard, in the same round trip (OWASP ASVS 5.0 8.3.2, 15.4.2). A refusal is an AppError:
 * INVALID_TOKEN, INACTIVE_USER or PERMISSION_DENIED.
 */
export function createGuardedDatabase(settings: DatabaseSettings, guard: Guard): GuardedDatabase {
  const client = connect(settings);
  const claims = claimsOf(guard);
  let checked = false;
  const check = () => {
    checked = true;
    return client.query("select guard($1)", [claims]);
  };
  return {
    db: after(client, check),
    ensureChecked: async () => {
      if (!checked) await client.transaction([check()]).catch(rethrow);
    },
  };
}

/** What the database's function `origin` reads (see migrations/). */
const originClaims = ({ requestId, address }: Origin) => ({ request_id: requestId, address });

/** What its function `guard` reads. */
function claimsOf({ userId, credential, required, inPerson, maxAgeSeconds, origin }: Guard): string {
  return JSON.stringify({
    ...originClaims(origin),
    user: userId,
    ...(credential.kind === "session"
      ? { session: credential.id }
      : { token: credential.id, hash: credential.hash }),
    required,
    ...(inPerson && { in_person: true }),
    ...(maxAgeSeconds !== undefined && { max_age: maxAgeSeconds }),
  });
}

/** Drizzle on a driver whose every transaction begins with what `opening` makes. */
function after(client: Client, opening: () => Query): Database {
  const together = async (queries: Query[]) => (await client.transaction([opening(), ...queries])).slice(1);
  return overClient(client, { alone: async (_, query) => (await together([query]))[0], together });
}

/** Where to post for hosts that aren't Neon's, whose endpoints the driver knows; by host and port of the database. */
const endpoints = new Map<string, string>();
const endpointAtNeon = neonConfig.fetchEndpoint;

neonConfig.fetchEndpoint = (host, port, options) => {
  const named = endpoints.get(`${host}:${port}`);
  return named ?? (typeof endpointAtNeon === "string" ? endpointAtNeon : endpointAtNeon(host, port, options));
};

function connect({ DATABASE_URL, DATABASE_ENDPOINT, DATABASE_TIMEOUT_MS }: DatabaseSettings): Client {
  if (DATABASE_ENDPOINT) {
    const { hostname, port } = new URL(DATABASE_URL);
    endpoints.set(`${hostname}:${port}`, DATABASE_ENDPOINT);
  }
  return neon(DATABASE_URL, {
    fullResults: true,
    fetchOptions: {
      // A getter, because the driver reads it once for each round trip.
      get signal() {
        return AbortSignal.timeout(DATABASE_TIMEOUT_MS);
      },
    },
  });
}

interface Transport {
  alone: (execute: () => Promise<unknown>, query: Query) => Promise<unknown>;
  together: (queries: Query[]) => Promise<Results>;
}

/**
 * Drizzle on a driver whose statements go out as `transport` says. The driver's queries are lazy: one that is awaited
 * goes alone, one handed to `transaction` goes with others; both ways lead through here.
 */
function overClient(client: Client, { alone, together }: Transport): Database {
  const query: Client["query"] = (text, parameters, options) => {
    const lazy = client.query(text, parameters, options);
    const execute = lazy.then.bind(lazy);
    const send = () => alone(() => new Promise((...settle) => execute(...settle)), lazy as unknown as Query);
    return Object.assign(lazy, {
      // biome-ignore lint/suspicious/noThenProperty: it stands in for the driver's own
      then: (...handlers: Parameters<Promise<unknown>["then"]>) =>
        send()
          .catch(rethrow)
          .then(...handlers),
    });
  };
  const transaction = (queries: Query[]) => together(queries).catch(rethrow);
  return drizzle({
    client: Object.assign(() => {}, { query, transaction }) as unknown as NeonQueryFunction<false, false>,
  });
}

function rethrow(error: unknown): never {
  throw translateDriverError(error);
}
