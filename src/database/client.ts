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
  together,
  type Use,
} from "./connection.ts";
import { translateDriverError } from "./errors.ts";
import { claimsOf, type Guard, originClaims } from "./guard-claims.ts";
import { type Claim, claimStatements } from "./idempotency.ts";

export type Database = NeonHttpDatabase;

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
