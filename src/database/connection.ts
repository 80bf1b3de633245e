import { type NeonQueryFunction, type NeonQueryPromise, neon, neonConfig } from "@neondatabase/serverless";
import type { NeonHttpDatabase } from "drizzle-orm/neon-http";
import { drizzle } from "drizzle-orm/neon-http";
import type { Settings } from "../core/config.ts";
import { AppError } from "../core/errors.ts";
import { translateDriverError, wasCutOff } from "./errors.ts";

export type DatabaseSettings = Pick<Settings, "DATABASE_URL" | "DATABASE_ENDPOINT" | "DATABASE_TIMEOUT_MS">;

/** Time for a server to drop the connections that it will not serve any more. */
const RETRY_PAUSE_MS = 100;

type Client = NeonQueryFunction<false, true>;

export type Query = NeonQueryPromise<false, true>;

export type Results = Awaited<ReturnType<Client["transaction"]>>;

export interface Use {
  /** Whether all that is sent may be sent twice, because it only reads. */
  isRead?: boolean;
}

export const together = ({ client, deliver }: Connection, queries: Query[]): Promise<Results> =>
  deliver((options) => client.transaction(queries, options));

/** Where to post for hosts that aren't Neon's, whose endpoints the driver knows; by host and port of the database. */
const endpoints = new Map<string, string>();

const endpointAtNeon = neonConfig.fetchEndpoint;

neonConfig.fetchEndpoint = (host, port, options) => {
  const named = endpoints.get(`${host}:${port}`);
  return named ?? (typeof endpointAtNeon === "string" ? endpointAtNeon : endpointAtNeon(host, port, options));
};

/** The driver, and how what it sends is sent. */
export interface Connection {
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
export function overClient(client: Client, transport: Transport): NeonHttpDatabase {
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

const timeouts = new WeakMap<NeonHttpDatabase, number>();

/** The number of milliseconds after which a caller of `db` stops waiting for an answer. */
export const timeoutOf = (db: NeonHttpDatabase): number => timeouts.get(db) ?? 0;

function rethrow(error: unknown): never {
  throw error instanceof AppError ? error : translateDriverError(error);
}
