import { type NeonQueryFunction, type NeonQueryPromise, neon, neonConfig } from "@neondatabase/serverless";
import { drizzle, type NeonHttpDatabase } from "drizzle-orm/neon-http";
import { z } from "zod";
import type { Settings } from "../core/config.ts";
import { AppError } from "../core/errors.ts";
import type { Origin } from "../core/origin.ts";
import type { KeyHolder, Principal } from "../core/security/principal.ts";
import { translateDriverError, wasCutOff } from "./errors.ts";
import { type Claim, claimStatements } from "./idempotency.ts";

export type Database = NeonHttpDatabase;

export type DatabaseSettings = Pick<Settings, "DATABASE_URL" | "DATABASE_ENDPOINT" | "DATABASE_TIMEOUT_MS">;

/** Who asks, and what they must hold: checked by the database in the transaction that does the work. */
export interface Guard {
  asker: Principal | KeyHolder;
  origin: Origin;
  /** Clauses that must all be met, each by holding any one of its names. */
  required: string[][];
  /** Whether a personal token will not do. */
  inPerson: boolean;
  /** Whether the request only reads. */
  isRead: boolean;
  /** How long ago the user may have proved who they are. */
  maxAgeSeconds: number | undefined;
  /** What the request spends, by the terms of a block; none for work that was let in before. */
  budget?: { policy: string; quota: number; window: number };
  /** How many entries of the audit log the user may cause about themselves in an hour. */
  ownEvents?: number;
}

/** The client of one request. */
export interface RequestDatabase {
  db: Database;
  /** The same, but what it does is done once for a key: its first transaction to succeed makes the claim first. */
  claiming: (claim: Claim) => ClaimingDatabase;
}

interface ClaimingDatabase {
  db: Database;
  /** Whether a transaction has made the claim. */
  isClaimed: () => boolean;
}

/** A client whose every transaction begins with the guard. */
export interface GuardedDatabase extends RequestDatabase {
  /**
   * Puts the guard to the database now, unless a transaction already has. Throws as the guard does, and so does then whatever else is
   * asked: a database that is away is not waited for twice.
   */
  ensureChecked: () => Promise<void>;
  /** Who asked, once the guard has let them. */
  actorId: () => string | undefined;
}

/** Time for a server to drop the connections that it will not serve any more. */
const RETRY_PAUSE_MS = 100;

type Client = NeonQueryFunction<false, true>;
type Query = NeonQueryPromise<false, true>;
type Results = Awaited<ReturnType<Client["transaction"]>>;

interface Use {
  /** Whether all that is sent may be sent twice, because it only reads. */
  isRead?: boolean;
}

/**
 * A client over Neon's HTTP driver: each call is one round trip, a `batch` is also one transaction. A database that can't
 * be reached, or has not said all for DATABASE_TIMEOUT_MS, is an AppError: DATABASE_CONNECTION_ERROR.
 */
export function createDatabase(settings: DatabaseSettings): Database {
  const connection = connect(settings);
  const { client, deliver } = connection;
  return overClient(client, {
    timeoutMs: settings.DATABASE_TIMEOUT_MS,
    alone: (_, send) => deliver(send),
    together: (queries) => together(connection, queries),
  });
}

/** A client for a request by anybody: what it does tells the audit log its `origin`. */
export function createPublicDatabase(
  settings: DatabaseSettings,
  origin: Origin,
  use: Use = {},
): RequestDatabase {
  const connection = connect(settings, use);
  const claims = JSON.stringify(originClaims(origin));
  return forRequest(connection, () => connection.client.query("select origin($1)", [claims]));
}

/**
 * A client that can't be used without the check: whatever is sent, one statement or a batch, becomes a transaction that
 * begins with the guard, in the same round trip (OWASP ASVS 5.0 8.3.2, 15.4.2). A refusal is an AppError:
 * INVALID_TOKEN, INACTIVE_USER or PERMISSION_DENIED.
 */
export function createGuardedDatabase(settings: DatabaseSettings, guard: Guard): GuardedDatabase {
  const connection = connect(settings, guard);
  const claims = claimsOf(guard);
  let checked = false;
  let refusal: unknown;
  let actorId: string | undefined;
  const check = () => {
    if (refusal !== undefined) throw refusal;
    checked = true;
    return connection.client.query("select guard($1)", [claims]);
  };
  const noteActor = ([verdict]: Results) => {
    if (verdict && "rows" in verdict) actorId = z.object({ guard: z.uuid() }).parse(verdict.rows[0]).guard;
  };
  return {
    ...forRequest(connection, check, noteActor),
    ensureChecked: async () => {
      if (checked) return;
      const sent = together(connection, [check()]).catch((error) => {
        refusal = translateDriverError(error);
        throw refusal;
      });
      noteActor(await sent);
    },
    actorId: () => actorId,
  };
}

/** What the database's function `origin` reads (functions/audit/origin.sql). */
export interface OriginClaims {
  request_id: Origin["requestId"];
  address: Origin["address"];
}

const originClaims = ({ requestId, address }: Origin): OriginClaims => ({ request_id: requestId, address });

/** What the database's function `guard` reads besides (functions/access/guard.sql). */
export interface GuardClaims {
  user?: string;
  session?: string;
  token?: string;
  hash?: string;
  key_hash?: string;
  required: Guard["required"];
  reads?: true;
  in_person?: true;
  max_age?: number;
  budget?: NonNullable<Guard["budget"]>;
  own_events?: number;
}

function claimsOf({
  asker,
  required,
  inPerson,
  isRead,
  maxAgeSeconds,
  origin,
  budget,
  ownEvents,
}: Guard): string {
  const claims: GuardClaims & OriginClaims = {
    ...originClaims(origin),
    ...identityOf(asker),
    required,
    ...(isRead && { reads: true }),
    ...(inPerson && { in_person: true }),
    ...(maxAgeSeconds !== undefined && { max_age: maxAgeSeconds }),
    ...(budget && { budget }),
    ...(ownEvents !== undefined && { own_events: ownEvents }),
  };
  return JSON.stringify(claims);
}

function identityOf(asker: Principal | KeyHolder): Partial<GuardClaims> {
  if (!("userId" in asker)) return { key_hash: asker.credential.hash };
  const { userId: user, credential } = asker;
  return credential.kind === "session"
    ? { user, session: credential.id }
    : { user, token: credential.id, hash: credential.hash };
}

/**
 * Drizzle on a driver whose every transaction begins with what `opening` makes, and then with a claim that is yet to make.
 * `onSuccess` is told the results of each that was committed.
 */
function forRequest(
  connection: Connection,
  opening: () => Query,
  onSuccess: (results: Results) => void = () => {},
): RequestDatabase {
  const { client } = connection;
  return {
    db: after(connection, () => [opening()], onSuccess),
    claiming: (claim) => {
      let isClaimed = false;
      const making = () => claimStatements(claim).map(([text, parameters]) => client.query(text, parameters));
      const db = after(
        connection,
        () => [opening(), ...(isClaimed ? [] : making())],
        (results) => {
          isClaimed = true;
          onSuccess(results);
        },
      );
      return { db, isClaimed: () => isClaimed };
    },
  };
}

function after(
  connection: Connection,
  opening: () => Query[],
  onSuccess: (results: Results) => void = () => {},
): Database {
  const opened = async (queries: Query[]) => {
    const first = opening();
    const results = await together(connection, [...first, ...queries]);
    onSuccess(results);
    return results.slice(first.length);
  };
  return overClient(connection.client, {
    timeoutMs: connection.timeoutMs,
    alone: async (query) => (await opened([query]))[0],
    together: opened,
  });
}

const together = ({ client, deliver }: Connection, queries: Query[]): Promise<Results> =>
  deliver((options) => client.transaction(queries, options));

/** Where to post for hosts that aren't Neon's, whose endpoints the driver knows; by host and port of the database. */
const endpoints = new Map<string, string>();
const endpointAtNeon = neonConfig.fetchEndpoint;

neonConfig.fetchEndpoint = (host, port, options) => {
  const named = endpoints.get(`${host}:${port}`);
  return named ?? (typeof endpointAtNeon === "string" ? endpointAtNeon : endpointAtNeon(host, port, options));
};

/** The driver, and how what it sends is sent. */
interface Connection {
  client: Client;
  /** How long an answer is waited for. */
  timeoutMs: number;
  deliver: <Result>(send: (options: SendOptions) => Promise<Result>) => Promise<Result>;
}

interface SendOptions {
  fetchOptions: { signal: AbortSignal };
}

const clients = new WeakMap<DatabaseSettings, { client: Client; host: string }>();

/** The driver for `settings`, made once for each isolate: it holds no connection, only what it read from the URL. */
function clientOf(settings: DatabaseSettings): Client {
  const known = clients.get(settings) ?? newClient(settings);
  clients.set(settings, known);
  if (settings.DATABASE_ENDPOINT) endpoints.set(known.host, settings.DATABASE_ENDPOINT);
  return known.client;
}

function newClient({ DATABASE_URL }: DatabaseSettings) {
  const { hostname, port } = new URL(DATABASE_URL);
  return { client: neon(DATABASE_URL, { fullResults: true }), host: `${hostname}:${port}` };
}

function connect(settings: DatabaseSettings, { isRead = false }: Use = {}): Connection {
  return {
    client: clientOf(settings),
    timeoutMs: settings.DATABASE_TIMEOUT_MS,
    async deliver(send) {
      const signal = AbortSignal.timeout(settings.DATABASE_TIMEOUT_MS);
      const options = { fetchOptions: { signal } };
      try {
        return await send(options);
      } catch (error) {
        if (!isRead || signal.aborted || !wasCutOff(error)) throw error;
      }
      await new Promise((resume) => setTimeout(resume, RETRY_PAUSE_MS));
      return send(options);
    },
  };
}

interface Transport {
  timeoutMs: number;
  /** `send` sends the query as it is, `query` is there to be sent with others. */
  alone: (query: Query, send: (options: SendOptions) => Promise<unknown>) => Promise<unknown>;
  together: (queries: Query[]) => Promise<Results>;
}

/**
 * Drizzle on a driver whose statements go out as `transport` says. The driver's queries are lazy: one that is awaited
 * goes alone, one handed to `transaction` goes with others; both ways lead through here.
 */
function overClient(client: Client, transport: Transport): Database {
  const query: Client["query"] = (text, parameters, options) => {
    const lazy = client.query(text, parameters, options);
    const send = async (sending: SendOptions) => client.query(text, parameters, { ...options, ...sending });
    return Object.assign(lazy, {
      // biome-ignore lint/suspicious/noThenProperty: it stands in for the driver's own
      then: (...handlers: Parameters<Promise<unknown>["then"]>) =>
        transport
          .alone(lazy as unknown as Query, send)
          .catch(rethrow)
          .then(...handlers),
    });
  };
  const transaction = (queries: Query[]) => transport.together(queries).catch(rethrow);
  const db = drizzle({
    client: Object.assign(() => {}, { query, transaction }) as unknown as NeonQueryFunction<false, false>,
  });
  timeouts.set(db, transport.timeoutMs);
  return db;
}

const timeouts = new WeakMap<Database, number>();

/** The number of milliseconds after which a caller of `db` stops waiting for an answer. */
export const timeoutOf = (db: Database): number => timeouts.get(db) ?? 0;

function rethrow(error: unknown): never {
  throw error instanceof AppError ? error : translateDriverError(error);
}
