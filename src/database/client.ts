import type { NeonHttpDatabase } from "drizzle-orm/neon-http";
import { z } from "zod";
import type { Origin } from "../core/origin.ts";
import {
  type Connection,
  connect,
  type DatabaseSettings,
  overClient,
  type Query,
  type Results,
  sendTogether,
  type Use,
} from "./connection.ts";
import { translateDriverError } from "./errors.ts";
import { claimsOf, type Guard, originClaims } from "./guard-claims.ts";
import { type Claim, claimStatements } from "./idempotency.ts";

export type Database = NeonHttpDatabase;

/** Database client of one request. */
export interface RequestDatabase {
  db: Database;
  /** Returns a client that does its work only once for an Idempotency-Key: its first transaction to succeed makes the claim first. */
  withClaim: (claim: Claim) => ClaimingDatabase;
}

interface ClaimingDatabase {
  db: Database;
  /** Returns whether a transaction has made the claim. */
  isClaimed: () => boolean;
}

/** Client whose transactions all begin with the guard. */
export interface GuardedDatabase extends RequestDatabase {
  /**
   * Runs the guard now, unless a transaction already has. If it throws, so does every later statement of this client: the Worker
   * does not wait twice for an unreachable database.
   */
  ensureChecked: () => Promise<void>;
  /** Returns the id of the caller, once the guard has passed. */
  actorId: () => string | undefined;
}

/**
 * Returns a client over Neon's HTTP driver: each call is one round trip, and a `batch` is also one transaction. It throws the AppError
 * DATABASE_CONNECTION_ERROR if the database can't be reached, or does not respond completely within DATABASE_TIMEOUT_MS.
 */
export function createDatabase(settings: DatabaseSettings): Database {
  const connection = connect(settings);
  const { client, deliver } = connection;
  return overClient(client, {
    timeoutMs: settings.DATABASE_TIMEOUT_MS,
    sendOne: (_, send) => deliver(send),
    sendAll: (queries) => sendTogether(connection, queries),
  });
}

/** Returns a client for a public request. The audit log records its `origin`. */
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
 * Returns a client that can't be used without the guard: each statement or batch becomes a transaction that begins with the guard, in
 * the same round trip (OWASP ASVS 5.0 8.3.2, 15.4.2). If the guard refuses, it throws the AppError INVALID_TOKEN, INACTIVE_USER,
 * PERMISSION_DENIED, REAUTHENTICATION_REQUIRED or RATE_LIMIT_EXCEEDED.
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
      const sent = sendTogether(connection, [check()]).catch((error) => {
        refusal = translateDriverError(error);
        throw refusal;
      });
      noteActor(await sent);
    },
    actorId: () => actorId,
  };
}

/**
 * Returns a client whose transactions all begin with the statement of `opening`, followed by the claim, unless it was made.
 * `onSuccess` gets the results of each committed transaction.
 */
function forRequest(
  connection: Connection,
  opening: () => Query,
  onSuccess: (results: Results) => void = () => {},
): RequestDatabase {
  const { client } = connection;
  return {
    db: after(connection, () => [opening()], onSuccess),
    withClaim: (claim) => {
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
    const results = await sendTogether(connection, [...first, ...queries]);
    onSuccess(results);
    return results.slice(first.length);
  };
  return overClient(connection.client, {
    timeoutMs: connection.timeoutMs,
    sendOne: async (query) => (await opened([query]))[0],
    sendAll: opened,
  });
}
