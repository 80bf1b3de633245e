import type { Context, MiddlewareHandler } from "hono";
import { auth as readBasicCredentials } from "hono/utils/basic-auth";
import { type LimitKind, policyOf } from "../core/account-limit.ts";
import { AppError, unauthenticated } from "../core/errors.ts";
import type { OrganizationGrant } from "../core/organization-permissions.ts";
import { expandWildcards, type Permission, type Requirement } from "../core/permissions.ts";
import { verifyAccessToken } from "../core/security/access-token.ts";
import { readApiKey } from "../core/security/api-key.ts";
import { tokenCookie } from "../core/security/cookies.ts";
import { readPersonalToken } from "../core/security/personal-token.ts";
import type { KeyHolder, Principal } from "../core/security/principal.ts";
import { createGuardedDatabase, createPublicDatabase } from "../database/client.ts";
import type { Within } from "../database/guard-claims.ts";
import type { AppEnv } from "../http/context.ts";
import { startCharging } from "../http/middleware/account-limit.ts";
import { admitBody, requireLength, UNCHECKED_BYTES } from "../http/middleware/body.ts";
import { requireSameOrigin } from "../http/middleware/same-origin.ts";
import { uuid } from "../http/schema-parts.ts";

/** Further requirements for requests to a route, and its exceptions. */
interface Presence {
  /** Requires a session: personal tokens are rejected. */
  inPerson?: boolean;
  /** Requires recent authentication, and therefore a session. */
  recent?: boolean;
  /**
   * Fields of the body whose change requires a session with recent authentication. Only documented here; the batch that changes them
   * enforces it, since a field with an unchanged value is exempt (see `requireRecentProof`).
   */
  sensitive?: readonly string[];
  /** Accepts API keys. Only the database can resolve a key to its owner, so handlers of the route have no principal. */
  acceptsApiKey?: boolean;
  /**
   * Maximum size of the body in bytes, if 64 KiB is not enough. A body of over 64 KiB is read, parsed and handled only after the guard
   * has passed, which takes one more round trip.
   */
  bodyBytes?: number;
  /** Accepts a large body even if the database is unreachable, as long as there is the queue HEARTBEATS to keep its heartbeats. */
  canQueue?: boolean;
  /** Marks the route as read-only, with any method. */
  isReadOnly?: boolean;
  /** Permission that only some requests need. Only documented here; the handler enforces it (see `requireNamed`). */
  mayNeed?: Permission;
}

/** Further requirements for requests to a route inside an organization. */
interface PresenceWithin extends Pick<Presence, "inPerson" | "recent" | "isReadOnly"> {
  /** Name of the parameter in the path that has the id of the organization; by default `id`. */
  organization?: string;
  /**
   * Set if the organization is not in the path. Then the grant is only documented here; the batch enforces it (see `requireGrant` in
   * database/within.ts).
   */
  isInBatch?: boolean;
}

/** Requirements that a route declares for the organization in its path. */
interface WithinOrganization {
  grants: readonly OrganizationGrant[];
  frame?: Permission;
  /** Undefined if a batch enforces the grants. */
  parameter: string | undefined;
}

/** Requirements of a route, and whether it admits members of any organization, or of the organization in the query if there is one. */
interface Admission extends Presence {
  members?: "all" | "filtered";
}

/** Declares a public route. */
export const anyone = () => ({ security: [], middleware: [openDatabase] });

/**
 * Declares a public route that serves signed-in users as such. A browser whose cookie holds no valid access token is anonymous; credentials
 * in the header must be valid.
 */
export const anyoneOrSignedIn = () => ({ security: [], middleware: [recognize] });

/** Declares a route for all signed-in users. */
export const signedIn = (presence: Pick<Presence, "isReadOnly" | "mayNeed"> = {}) => guard([], presence);

/**
 * Declares a route that requires a session, not a personal token, and recent authentication with `recent` (RFC 9470).
 */
export const inPerson = (presence: Pick<Presence, "recent" | "sensitive"> = {}) =>
  guard([], { ...presence, inPerson: true });

/** Declares a route for holders of `permission`. */
export const requirePermission = (permission: Permission, presence: Presence = {}) =>
  guard([[permission]], presence);

/**
 * Declares a route on records that may belong to an organization: for holders of `permissions`, and for members of any organization, whose
 * grants there the route's statements check. Scopes of a token must include the permissions. With `isFiltered`, the query may have
 * `organization_id`: then only members of that organization are admitted.
 */
export const admitMembers = (
  permissions: Permission | Permission[],
  { isFiltered = false, ...presence }: Presence & { isFiltered?: boolean } = {},
) =>
  guard(
    [permissions].flat().map((permission) => [permission]),
    { ...presence, members: isFiltered ? "filtered" : "all" },
  );

/** Declares a route for holders of at least one of `permissions`. */
export const requireAny = (...permissions: Permission[]) => guard([permissions]);

/** Declares a route for holders of all of `permissions`. */
export const requireAll = (permissions: Permission[], presence: Presence = {}) =>
  guard(
    permissions.map((permission) => [permission]),
    presence,
  );

/**
 * Declares a route inside an organization, for members whose role has `grant`; undefined for all members. For all other callers, the
 * organization does not exist. Permissions of the instance don't help.
 */
export const requireWithin = (
  grant: OrganizationGrant | undefined,
  { organization = "organization_id", isInBatch = false, ...presence }: PresenceWithin = {},
) =>
  guard([], presence, {
    grants: grant === undefined ? [] : [grant],
    parameter: isInBatch ? undefined : organization,
  });

/**
 * Declares a route on the frame of an organization, its name and members, but not its records: for members whose role has `grant`, and
 * for operators who hold `permission` on the instance.
 */
export const requireFrame = (
  grant: OrganizationGrant | undefined,
  permission: Permission,
  { organization = "organization_id", isInBatch = false, ...presence }: PresenceWithin = {},
) =>
  guard([], presence, {
    grants: grant === undefined ? [] : [grant],
    frame: permission,
    parameter: isInBatch ? undefined : organization,
  });

/** Returns the part of a route's declaration that documents and enforces its requirements. Spread it into `createRoute`. */
function guard(requirement: Requirement, presence: Admission = {}, within?: WithinOrganization) {
  const grants = within?.grants ?? [];
  return {
    // Bearer comes last: of the schemes that share a header, some generated clients send the last one (hey-api).
    security: [
      ...(presence.inPerson ? [] : [{ basic: [] }]),
      ...(presence.acceptsApiKey ? [{ key: [] }] : []),
      { cookie: [] },
      { bearer: [] },
    ],
    "x-permissions": within?.frame ? [[within.frame]] : requirement,
    ...(presence.inPerson && { "x-in-person": true }),
    ...(presence.recent && { "x-recent": true }),
    ...(presence.sensitive && { "x-sensitive-fields": presence.sensitive }),
    ...(presence.acceptsApiKey && { "x-by-key": true }),
    ...(within && { "x-within": grants.map((grant) => [grant]) }),
    ...(presence.members && { "x-members": true }),
    ...(presence.mayNeed && { "x-may-need": [[presence.mayNeed]] }),
    ...(grants.length > 0 && { "x-may-need": grants.map((grant) => [grant]) }),
    ...(presence.bodyBytes && { "x-body-bytes": presence.bodyBytes }),
    middleware: [authorize(requirement, presence, within)],
  };
}

const openDatabase: MiddlewareHandler<AppEnv> = async function openDatabase(c, next) {
  const { db, withClaim } = createPublicDatabase(c.get("settings"), c.get("origin"), { isRead: isSafe(c) });
  c.set("db", db);
  c.set("withClaim", withClaim);
  await admitBody(c);
  await next();
};

/**
 * Verifies the token before any I/O, and provides a database whose transactions start with the guard. No response is sent before the
 * guard has passed: if the handler made no query, or never ran because the request was invalid, the guard runs here, and its error
 * replaces the response. For a body of over 64 KiB the guard runs first, which limits the work that an unauthenticated caller can cause.
 * A handler that answers while the database is unreachable must run the guard before any effect, as the heartbeat queue does.
 */
function authorize(
  requirement: Requirement,
  {
    inPerson,
    recent,
    acceptsApiKey,
    bodyBytes = UNCHECKED_BYTES,
    canQueue = false,
    isReadOnly,
    members,
  }: Admission,
  within?: WithinOrganization,
): MiddlewareHandler<AppEnv> {
  const required = expandWildcards(requirement);
  return async function authorize(c, next) {
    const isRead = isReadOnly ?? isSafe(c);
    const settings = c.get("settings");
    const origin = c.get("origin");
    requireLength(c, bodyBytes);
    const caller = (acceptsApiKey ? await keyHolderOf(c) : undefined) ?? (await principalOf(c));
    const charging = startCharging(c, caller, limitKindOf(requirement, isRead));
    const guarded = createGuardedDatabase(settings, {
      caller,
      origin,
      required,
      admitsMembers: members !== undefined,
      within: members === "filtered" ? requestedOrganization(c) : withinOf(c, within),
      inPerson: inPerson ?? recent ?? false,
      isRead,
      maxAgeSeconds: recent ? settings.RECENT_AUTHENTICATION_SECONDS : undefined,
      budget: policyOf(charging.limit),
      ownEvents: settings.OWN_EVENTS_PER_HOUR,
    });
    c.set("caller", caller);
    if ("userId" in caller) c.set("principal", caller);
    c.set("actorId", guarded.actorId);
    c.set("db", guarded.db);
    c.set("withClaim", guarded.withClaim);
    const check = () =>
      canQueue
        ? guarded.ensureChecked().catch((error) => tolerateAbsence(c, error))
        : guarded.ensureChecked();
    try {
      await admitBody(c, { bytes: bodyBytes, check });
      await next();
      await guarded.ensureChecked();
    } catch (error) {
      charging.undo();
      throw error;
    }
    charging.settle(guarded.actorId());
  };
}

/**
 * Returns the requirements of the organization in the path; undefined without any, or for a malformed id, which the validation of
 * the path refuses.
 */
function withinOf(c: Context<AppEnv>, within: WithinOrganization | undefined): Within | undefined {
  if (within?.parameter === undefined) return undefined;
  const { data: organization } = uuid().safeParse(c.req.param(within.parameter));
  if (organization === undefined) return undefined;
  return {
    organization,
    clauses: within.grants.map((grant) => [grant]),
    ...(within.frame && { frame: expandWildcards([[within.frame]]) }),
  };
}

/** Returns the requirement of a membership in the organization of the query; undefined without one. */
function requestedOrganization(c: Context<AppEnv>): Within | undefined {
  const { data: organization } = uuid().safeParse(c.req.query("organization_id"));
  return organization === undefined ? undefined : { organization, clauses: [] };
}

const authorizeSignedIn = authorize([], {});

const recognize: MiddlewareHandler<AppEnv> = async function recognize(c, next) {
  return (await isAnonymous(c)) ? openDatabase(c, next) : authorizeSignedIn(c, next);
};

/** Returns whether a request has neither credentials in the header nor a valid access token in the cookie. */
async function isAnonymous(c: Context<AppEnv>): Promise<boolean> {
  if (c.req.header("Authorization") !== undefined) return false;
  const token = tokenCookie(c, "access");
  if (token === undefined) return true;
  return verifyAccessToken(c.var.settings, token).then(
    () => false,
    (error) => {
      if (error instanceof AppError) return true;
      throw error;
    },
  );
}

/** Ignores that the database is unreachable if the heartbeats of the request can be queued. @throws `error` otherwise */
function tolerateAbsence(c: Context<AppEnv>, error: unknown): void {
  const isAway = error instanceof AppError && error.code === "DATABASE_CONNECTION_ERROR";
  if (!isAway || !c.var.settings.HEARTBEATS) throw error;
}

/**
 * Returns the rate limit to which a request is charged: "reads" if the request only reads or requires only permissions to read, "events"
 * if it requires the permission to report activity, and "writes" otherwise.
 */
function limitKindOf(requirement: Requirement, isRead: boolean): LimitKind {
  const names = requirement.flat();
  const isReading = names.length > 0 && names.every((name) => /:(read|check)/.test(name));
  if (isRead || isReading) return "reads";
  return names.includes("activity:create") ? "events" : "writes";
}

/** Returns whether the method is safe (RFC 9110 9.2.1); then the statements of the request may be retried (9.2.2). */
const isSafe = (c: Context<AppEnv>) => ["GET", "HEAD"].includes(c.req.method);

/** Authenticates the request. Personal tokens are for programs, so they are accepted only in the header. */
async function principalOf(c: Context<AppEnv>): Promise<Principal> {
  const { bearer, basic } = authorizationOf(c);
  const owner = await ownerOf(basic ?? (bearer === undefined ? [] : [bearer]));
  if (owner) return owner;
  if (basic) return unauthenticated();
  const { userId, sessionId } = await verifyAccessToken(c.get("settings"), bearer ?? cookieOf(c));
  return { userId, credential: { kind: "session", id: sessionId } };
}

/**
 * Returns the holder of the API key in the request, if there is one. A key may be a Bearer token, plain or in base64, or the username or
 * password of Basic; without the header, it may be in the query, the only place where some editors in a browser can put it.
 */
async function keyHolderOf(c: Context<AppEnv>): Promise<KeyHolder | undefined> {
  if (c.req.header("Authorization") === undefined) {
    const key = c.req.query("api_key");
    return key === undefined ? undefined : ((await readApiKey(key)) ?? unauthenticated());
  }
  const { bearer, basic } = authorizationOf(c);
  for (const text of basic ?? (bearer === undefined ? [] : [bearer, decodeBase64(bearer) ?? ""])) {
    const holder = await readApiKey(text);
    if (holder) return holder;
  }
  return undefined;
}

/** Returns the owner of the first personal token among `texts`, if there is one. */
async function ownerOf(texts: string[]): Promise<Principal | undefined> {
  for (const text of texts) {
    const owner = await readPersonalToken(text);
    if (owner) return owner;
  }
  return undefined;
}

/** Returns the credentials in the header, if there is one. A malformed header is an error, not a missing one. */
function authorizationOf(c: Context<AppEnv>): { bearer?: string; basic?: string[] } {
  const header = c.req.header("Authorization");
  if (header === undefined) return {};
  const [, scheme = "", text = ""] = /^(Bearer|Basic) ([A-Za-z0-9._~+/-]+=*)$/i.exec(header) ?? [];
  if (scheme.toLowerCase() === "bearer") return { bearer: text };
  if (scheme.toLowerCase() === "basic") return { basic: basicCredentials(c, text) };
  unauthenticated();
}

/**
 * Returns the username and the password of RFC 7617, for programs that can only be given a URL; either may be a personal token. WakaTime's
 * clients send just a key, without the colon. A browser repeats credentials that it learned from a URL, so pages of other origins must
 * not make it do so.
 */
function basicCredentials(c: Context<AppEnv>, encoded: string): string[] {
  requireSameOrigin(c);
  const credentials = readBasicCredentials(c.req.raw);
  return credentials
    ? [credentials.username, credentials.password]
    : [decodeBase64(encoded) ?? unauthenticated()];
}

/** Decodes base64, or returns undefined if `encoded` is not valid. */
function decodeBase64(encoded: string): string | undefined {
  try {
    return atob(encoded);
  } catch {
    return undefined;
  }
}

/** Returns the access token in the cookie. Requests from pages of other origins are rejected. */
function cookieOf(c: Context<AppEnv>): string {
  const token = tokenCookie(c, "access");
  if (token === undefined) unauthenticated();
  requireSameOrigin(c);
  return token;
}
