import type { NeonHttpDatabase } from "drizzle-orm/neon-http";
import { invariant } from "../core/errors.ts";
import type { Origin } from "../core/origin.ts";
import {
  type Call,
  type Connection,
  connect,
  type DatabaseSettings,
  overClient,
  type Query,
  type Results,
  sendAlone,
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
    sendCall: (call) =>
      sendAlone(connection, `select ${textOf(call)} as value`, call.parameters).then(resultOf),
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
  return forRequest(connection, {
    statement: () => connection.client.query("select origin($1)", [claims]),
    call: (call) =>
      sendAlone(connection, `select case when note_origin($1) then ${textOf(call, 1)} end as value`, [
        claims,
        ...call.parameters,
      ]).then(resultOf),
  });
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
  const begin = () => {
    if (refusal !== undefined) throw refusal;
    checked = true;
  };
  const check = () => {
    begin();
    return connection.client.query("select guard($1)", [claims]);
  };
  const noteActor = ([verdict]: Results) => {
    const id = columnOf(verdict, "guard");
    actorId = invariant(typeof id === "string" ? id : undefined, "expected the id of the caller");
  };
  const checkAndCall = async (call: Call) => {
    begin();
    const text = `select guard, case when guard is not null then ${textOf(call, 1)} end as value from (select guard($1) as guard) as checked`;
    const result = await sendAlone(connection, text, [claims, ...call.parameters]);
    noteActor([result]);
    return resultOf(result);
  };
  return {
    ...forRequest(connection, { statement: check, call: checkAndCall, onSuccess: noteActor }),
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

/** The work that every transaction of a client begins with. */
interface Opening {
  /** Returns the first statement of a transaction. */
  statement: () => Query;
  /** Sends a statement that does this work and then calls a function, in this order, and returns the result of the function. */
  call: (call: Call) => Promise<unknown>;
  /** Gets the results of each committed transaction. */
  onSuccess?: (results: Results) => void;
}

/** Returns a client whose transactions all begin with `opening`, followed by the claim, unless it was made. */
function forRequest(connection: Connection, opening: Opening): RequestDatabase {
  const { client } = connection;
  const { statement, call, onSuccess = () => {} } = opening;
  return {
    db: after(connection, { opening: () => [statement()], onSuccess, sendCall: call }),
    withClaim: (claim) => {
      let isClaimed = false;
      const making = () => claimStatements(claim).map(([text, parameters]) => client.query(text, parameters));
      const db = after(connection, {
        opening: () => [statement(), ...(isClaimed ? [] : making())],
        onSuccess: (results) => {
          isClaimed = true;
          onSuccess(results);
        },
      });
      return { db, isClaimed: () => isClaimed };
    },
  };
}

/** Returns a client whose transactions begin with the statements of `opening`, and so do its calls, unless `sendCall` sends them. */
function after(
  connection: Connection,
  {
    opening,
    onSuccess,
    sendCall,
  }: {
    opening: () => Query[];
    onSuccess: (results: Results) => void;
    sendCall?: (call: Call) => Promise<unknown>;
  },
): Database {
  const { client } = connection;
  const sendAll = async (queries: Query[]) => {
    const first = opening();
    const results = await sendTogether(connection, [...first, ...queries]);
    onSuccess(results);
    return results.slice(first.length);
  };
  const sendOne = async (query: Query) => (await sendAll([query]))[0];
  return overClient(client, {
    timeoutMs: connection.timeoutMs,
    sendOne,
    sendAll,
    sendCall:
      sendCall ??
      (async (call) =>
        resultOf(await sendOne(client.query(`select ${textOf(call)} as value`, call.parameters)))),
  });
}

/** Returns the text of a call, whose parameters follow `before` others. */
const textOf = ({ name, parameters }: Call, before = 0) =>
  `${name}(${parameters.map((_, index) => `$${before + index + 1}`).join(", ")})`;

const resultOf = (result: Results[number] | undefined): unknown => columnOf(result, "value");

/** Returns a column of the first row. */
function columnOf(result: Results[number] | undefined, name: string): unknown {
  const row = result && "rows" in result ? result.rows[0] : undefined;
  return row === undefined || Array.isArray(row) ? undefined : row[name];
}
