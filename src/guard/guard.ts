import type { Context, MiddlewareHandler } from "hono";
import { auth as readBasicCredentials } from "hono/utils/basic-auth";
import { type BudgetKind, policyOf } from "../core/budget.ts";
import { AppError, unauthenticated } from "../core/errors.ts";
import { expandWildcards, type Permission, type Requirement } from "../core/permissions.ts";
import { verifyAccessToken } from "../core/security/access-token.ts";
import { readApiKey } from "../core/security/api-key.ts";
import { tokenCookie } from "../core/security/cookies.ts";
import { readPersonalToken } from "../core/security/personal-token.ts";
import type { KeyHolder, Principal } from "../core/security/principal.ts";
import { createGuardedDatabase, createPublicDatabase } from "../database/client.ts";
import type { AppEnv } from "../http/context.ts";
import { admitBody, requireLength, UNCHECKED_BYTES } from "../http/middleware/body.ts";
import { requireSameOrigin } from "../http/middleware/same-origin.ts";
import { startSpending } from "../http/middleware/spending.ts";

/** How a caller must be present, and what they may send. */
interface Presence {
  /** A personal token will not do. */
  inPerson?: boolean;
  /** They must have proved who they are of late; so in person too. */
  recent?: boolean;
  /**
   * Fields of the body that are only for a caller in person with recent proof. The document tells of it; the batch that changes
   * them demands it, since a field that changes nothing is exempt (see `requireRecentProof`).
   */
  sensitive?: readonly string[];
  /** A key will do, of which nobody but the database knows whose it is: so the handler must not need to know it either. */
  byKey?: boolean;
  /**
   * How large a body may be, where 64 KiB is not enough. A larger one than that is read, parsed and handled only once the guard has let
   * the caller: one round trip more.
   */
  bodyBytes?: number;
  /** Where the database is away and the queue HEARTBEATS is there, the handler takes a large body too: what comes of it is for later. */
  mayWait?: boolean;
  /** The request only reads, with any method. */
  onlyReads?: boolean;
  /** What some of its requests need besides. The document tells of it; the handler demands it (see `requireNamed`). */
  mayNeed?: Permission;
}

/** Declares a route that anybody may call. */
export const anyone = () => ({ security: [], middleware: [openDatabase] });

/** Declares a route for every signed-in user. */
export const signedIn = (presence: Pick<Presence, "onlyReads" | "mayNeed"> = {}) => guard([], presence);

/**
 * Declares a route for users themselves, and not for programs with a personal token; `recent` where they must have proved
 * who they are of late (RFC 9470).
 */
export const inPerson = (presence: Pick<Presence, "recent" | "sensitive"> = {}) =>
  guard([], { ...presence, inPerson: true });

/** Declares a route for holders of `permission`. */
export const requirePermission = (permission: Permission, presence: Presence = {}) =>
  guard([[permission]], presence);

/** Declares a route for holders of at least one of `permissions`. */
export const requireAny = (...permissions: Permission[]) => guard([permissions]);

/** Declares a route for holders of all of `permissions`. */
export const requireAll = (permissions: Permission[], presence: Presence = {}) =>
  guard(
    permissions.map((permission) => [permission]),
    presence,
  );

/** The part of a route's declaration that both documents and enforces who may call it: spread it into `createRoute`. */
function guard(requirement: Requirement, presence: Presence = {}) {
  return {
    // Bearer last: of what shares a header, some generated clients send what they come to last (hey-api).
    security: [
      ...(presence.inPerson ? [] : [{ basic: [] }]),
      ...(presence.byKey ? [{ key: [] }] : []),
      { cookie: [] },
      { bearer: [] },
    ],
    "x-permissions": requirement,
    ...(presence.inPerson && { "x-in-person": true }),
    ...(presence.recent && { "x-recent": true }),
    ...(presence.sensitive && { "x-sensitive-fields": presence.sensitive }),
    ...(presence.byKey && { "x-by-key": true }),
    ...(presence.mayNeed && { "x-may-need": [[presence.mayNeed]] }),
    ...(presence.bodyBytes && { "x-body-bytes": presence.bodyBytes }),
    middleware: [authorize(requirement, presence)],
  };
}

const openDatabase: MiddlewareHandler<AppEnv> = async function openDatabase(c, next) {
  const { db, claiming } = createPublicDatabase(c.var.settings, c.var.origin, { isRead: isSafe(c) });
  c.set("db", db);
  c.set("claiming", claiming);
  await admitBody(c);
  await next();
};

/**
 * Verifies the token before any I/O, and gives the handler a database that puts the guard before whatever is done. No
 * answer leaves before the check was made: where the handler asked the database for nothing, or never ran because the
 * request was invalid, it is made here, and a refusal takes the answer's place. Before a body of over 64 KiB it is made first: what a
 * stranger can make us do stays small. Who answers though the database could
 * not be asked must have it asked before anything comes of that, as queue.ts does.
 */
function authorize(
  requirement: Requirement,
  { inPerson, recent, byKey, bodyBytes = UNCHECKED_BYTES, mayWait = false, onlyReads }: Presence,
): MiddlewareHandler<AppEnv> {
  const required = expandWildcards(requirement);
  return async function authorize(c, next) {
    const isRead = onlyReads ?? isSafe(c);
    const { settings, origin } = c.var;
    requireLength(c, bodyBytes);
    const asker = (byKey ? await keyHolderOf(c) : undefined) ?? (await principalOf(c));
    const spending = startSpending(c, asker, budgetKindOf(requirement, isRead));
    const guarded = createGuardedDatabase(settings, {
      asker,
      origin,
      required,
      inPerson: inPerson ?? recent ?? false,
      isRead,
      maxAgeSeconds: recent ? settings.RECENT_AUTHENTICATION_SECONDS : undefined,
      budget: policyOf(spending.budget),
      ownEvents: settings.OWN_EVENTS_PER_HOUR,
    });
    c.set("asker", asker);
    if ("userId" in asker) c.set("principal", asker);
    c.set("actorId", guarded.actorId);
    c.set("db", guarded.db);
    c.set("claiming", guarded.claiming);
    const check = () =>
      mayWait ? guarded.ensureChecked().catch((error) => tolerateAbsence(c, error)) : guarded.ensureChecked();
    try {
      await admitBody(c, { bytes: bodyBytes, check });
      await next();
      await guarded.ensureChecked();
    } catch (error) {
      spending.undo();
      throw error;
    }
    spending.settle(guarded.actorId());
  };
}

/** Lets a request through whose heartbeats can wait for the database to come back. @throws `error` where they can't */
function tolerateAbsence(c: Context<AppEnv>, error: unknown): void {
  const isAway = error instanceof AppError && error.code === "DATABASE_CONNECTION_ERROR";
  if (!isAway || !c.var.settings.HEARTBEATS) throw error;
}

/**
 * What a request spends: it reads if its method says so or its route, or if all that it takes is permission to read; and it tells
 * of activity if it takes permission to write that.
 */
function budgetKindOf(requirement: Requirement, isRead: boolean): BudgetKind {
  const names = requirement.flat();
  const isReading = names.length > 0 && names.every((name) => /:(read|check)/.test(name));
  if (isRead || isReading) return "reads";
  return names.includes("activity:create") ? "events" : "writes";
}

/** Whether the request only reads, by its method (RFC 9110 9.2.1): then its work may be sent again (9.2.2). */
const isSafe = (c: Context<AppEnv>) => ["GET", "HEAD"].includes(c.req.method);

/** Whom the request speaks for. A personal token is for programs, and so is taken from the header only. */
async function principalOf(c: Context<AppEnv>): Promise<Principal> {
  const { bearer, basic } = authorizationOf(c);
  const owner = await ownerOf(basic ?? (bearer === undefined ? [] : [bearer]));
  if (owner) return owner;
  if (basic) return unauthenticated();
  const { userId, sessionId } = await verifyAccessToken(c.var.settings, bearer ?? cookieOf(c));
  return { userId, credential: { kind: "session", id: sessionId } };
}

/**
 * The holder of the key that the request brings, if it brings one: as Bearer, plain or in base64, as user or password, or, where
 * there is no header, in the query, which is the only place that some editors in a browser can put it.
 */
async function keyHolderOf(c: Context<AppEnv>): Promise<KeyHolder | undefined> {
  if (c.req.header("Authorization") === undefined) {
    const key = c.req.query("api_key");
    return key === undefined ? undefined : ((await readApiKey(key)) ?? unauthenticated());
  }
  const { bearer, basic } = authorizationOf(c);
  for (const text of basic ?? (bearer === undefined ? [] : [bearer, textIn(bearer) ?? ""])) {
    const holder = await readApiKey(text);
    if (holder) return holder;
  }
  return undefined;
}

/** The owner of the first of `texts` that is a personal token, if one is. */
async function ownerOf(texts: string[]): Promise<Principal | undefined> {
  for (const text of texts) {
    const owner = await readPersonalToken(text);
    if (owner) return owner;
  }
  return undefined;
}

/** What the header brings, if there is one: a malformed header is an error, not an absent one. */
function authorizationOf(c: Context<AppEnv>): { bearer?: string; basic?: string[] } {
  const header = c.req.header("Authorization");
  if (header === undefined) return {};
  const [, scheme = "", text = ""] = /^(Bearer|Basic) ([A-Za-z0-9._~+/-]+=*)$/i.exec(header) ?? [];
  if (scheme.toLowerCase() === "bearer") return { bearer: text };
  if (scheme.toLowerCase() === "basic") return { basic: basicCredentials(c, text) };
  unauthenticated();
}

/**
 * Returns the user and the password of RFC 7617, which programs send that can be told no more than an address: either may be a
 * personal token. Clients of WakaTime send a key alone, without the colon. A browser that learned credentials from an address sends
 * them by itself, so a page of another origin must not make it.
 */
function basicCredentials(c: Context<AppEnv>, encoded: string): string[] {
  requireSameOrigin(c);
  const credentials = readBasicCredentials(c.req.raw);
  return credentials ? [credentials.username, credentials.password] : [textIn(encoded) ?? unauthenticated()];
}

/** What `encoded` is the base64 of, if it is any. */
function textIn(encoded: string): string | undefined {
  try {
    return atob(encoded);
  } catch {
    return undefined;
  }
}

/** The token in the cookie, which a page of another origin must not make the browser use. */
function cookieOf(c: Context<AppEnv>): string {
  const token = tokenCookie(c, "access");
  if (token === undefined) unauthenticated();
  requireSameOrigin(c);
  return token;
}
