import { type NeonQueryFunction, type NeonQueryPromise, neon, neonConfig } from "@neondatabase/serverless";
import type { NeonHttpDatabase } from "drizzle-orm/neon-http";
import { drizzle } from "drizzle-orm/neon-http";
import type { Settings } from "../core/config.ts";
import { AppError, invariant } from "../core/errors.ts";
import { translateDriverError, wasCutOff } from "./errors.ts";

export type DatabaseSettings = Pick<Settings, "DATABASE_URL" | "DATABASE_ENDPOINT" | "DATABASE_TIMEOUT_MS">;

/** Pause before a retry, in milliseconds, in which a server can drop connections that it no longer serves. */
const RETRY_PAUSE_MS = 100;

type Client = NeonQueryFunction<false, true>;

/** A query of the driver that is yet to be sent. */
export type Query = NeonQueryPromise<false, true>;

export type Results = Awaited<ReturnType<Client["transaction"]>>;

/** Purpose of a connection. */
export interface Use {
  /** Set if statements may be sent twice, because they only read. */
  isRead?: boolean;
}

/** Sends `queries` in one transaction. */
export const sendTogether = ({ client, deliver }: Connection, queries: Query[]): Promise<Results> =>
  deliver((options) => client.transaction(queries, options));

/** Sends one statement, without the BEGIN and the COMMIT of a transaction. */
export const sendAlone = ({ client, deliver }: Connection, text: string, parameters: unknown[]) =>
  deliver((options) => client.query(text, parameters, options));

/** URLs to post to, by host and port of the database, for hosts other than Neon's, whose URLs the driver knows. */
const endpoints = new Map<string, string>();

const endpointAtNeon = neonConfig.fetchEndpoint;

neonConfig.fetchEndpoint = (host, port, options) => {
  const named = endpoints.get(`${host}:${port}`);
  return named ?? (typeof endpointAtNeon === "string" ? endpointAtNeon : endpointAtNeon(host, port, options));
};

/** The driver, and the function that sends its requests. */
export interface Connection {
  client: Client;
  /** Milliseconds to wait for a response. */
  timeoutMs: number;
  deliver: <Result>(send: (options: SendOptions) => Promise<Result>) => Promise<Result>;
}

interface SendOptions {
  fetchOptions: { signal: AbortSignal };
}

const clients = new WeakMap<DatabaseSettings, { client: Client; host: string }>();

/** Returns the driver for `settings`, which is created once per isolate: it has no connection, only the parsed URL. */
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

/** Returns a connection with a timeout, which retries requests that only read. */
export function connect(settings: DatabaseSettings, { isRead = false }: Use = {}): Connection {
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

/** Functions of the database (functions/) that take and return all that an operation needs. */
type FunctionName = "account_of" | "open_session" | "rotate_token" | "sign_in_facts";

/** A call of a function. */
export interface Call {
  name: FunctionName;
  parameters: (string | null)[];
}

interface Transport {
  timeoutMs: number;
  /** Runs one query: `send` sends it unchanged; `query` is the form to send together with other queries. */
  sendOne: (query: Query, send: (options: SendOptions) => Promise<unknown>) => Promise<unknown>;
  sendAll: (queries: Query[]) => Promise<Results>;
  /** Calls a function, and returns its result. */
  sendCall: (call: Call) => Promise<unknown>;
}

/**
 * Returns a Drizzle client that sends its statements through `transport`. The driver's queries are lazy: an awaited query is sent by
 * itself, and the queries given to `transaction` are sent together.
 */
export function overClient(client: Client, transport: Transport): NeonHttpDatabase {
  const query: Client["query"] = (text, parameters, options) => {
    const lazy = client.query(text, parameters, options);
    const send = async (sending: SendOptions) => client.query(text, parameters, { ...options, ...sending });
    return Object.assign(lazy, {
      // biome-ignore lint/suspicious/noThenProperty: it stands in for the driver's own
      then: (...handlers: Parameters<Promise<unknown>["then"]>) =>
        transport
          .sendOne(lazy as unknown as Query, send)
          .catch(rethrow)
          .then(...handlers),
    });
  };
  const transaction = (queries: Query[]) => transport.sendAll(queries).catch(rethrow);
  const db = drizzle({
    client: Object.assign(() => {}, { query, transaction }) as unknown as NeonQueryFunction<false, false>,
  });
  transports.set(db, transport);
  return db;
}

const transports = new WeakMap<NeonHttpDatabase, Transport>();

const transportOf = (db: NeonHttpDatabase): Transport =>
  invariant(transports.get(db), "expected a client of this module");

/** Returns the number of milliseconds that a caller of `db` waits for a response. */
export const timeoutOf = (db: NeonHttpDatabase): number => transportOf(db).timeoutMs;

/**
 * Calls a function of the database and returns its result, in one statement and one round trip. The statement begins with the guard, or
 * with the origin of a public request. PostgreSQL keeps the plans of a function in PL/pgSQL, but plans each statement of a batch every time.
 */
export const callFunction = <Result>(
  db: NeonHttpDatabase,
  name: FunctionName,
  ...parameters: (string | null)[]
): Promise<Result> => transportOf(db).sendCall({ name, parameters }).catch(rethrow) as Promise<Result>;

function rethrow(error: unknown): never {
  throw error instanceof AppError ? error : translateDriverError(error);
}
