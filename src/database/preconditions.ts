import { type SQL, type SQLWrapper, sql } from "drizzle-orm";
import { ADMINISTRATIVE } from "../core/permissions.ts";
import type { Credential } from "../core/security/principal.ts";
import type { Database } from "./client.ts";
import { type Failure, SQLSTATES } from "./sqlstates.ts";
import { sessions } from "./tables/sessions.ts";

/**
 * Returns a statement that rolls back its batch with `failure` unless `condition` holds at that point. The client gets `message` if the
 * failure's message is for clients (`sqlstates.ts`).
 */
export const requireThat = (db: Database, condition: SQL, failure: Failure, message: string) =>
  db.execute(sql`select demand(${condition}, ${SQLSTATES[failure].code}, ${message})`);

/** Returns a statement that makes `change`, and rolls back its batch with `failure` unless that changed a row. */
export const requireEffect = (db: Database, change: SQLWrapper, failure: Failure, message: string) =>
  db.execute(sql`
    with change as ${change}
    select demand(exists (select from change), ${SQLSTATES[failure].code}, ${message})`);

/**
 * Requires that the user `actorId` holds all of `names`, unless `exempt` holds. The error names the permissions that the user lacks.
 */
export const requireNamed = (
  db: Database,
  actorId: string,
  { names, message, exempt = sql`false` }: { names: readonly string[]; message: string; exempt?: SQL },
) =>
  db.execute(
    sql`select demand_held(${actorId}, case when ${exempt} then '{}' else ${`{${names.join(",")}}`}::text[] end, ${message})`,
  );

/** Requires, for a list of deleted records, the permission to restore them; undefined for other lists. */
export const requireRestoring = (
  db: Database,
  { actorId, isDeleted }: { actorId: string; isDeleted?: boolean | undefined },
  resource: string,
) =>
  isDeleted
    ? requireNamed(db, actorId, {
        names: [`${resource}:delete`],
        message: `You cannot list deleted ${resource}, because you cannot restore them.`,
      })
    : undefined;

/**
 * Requires that the user `actorId` holds all of `names`, an SQL expression of type text[]. The error does not name them, because they
 * would reveal the permissions of a role or of another user.
 */
export const requireHolding = (
  db: Database,
  actorId: string,
  names: SQL,
  message = "You cannot grant a permission that you do not hold.",
) => requireThat(db, sql`holds_all(${actorId}, ${names})`, "forbidden", message);

/**
 * Requires that the user `actorId` holds the administrative permissions among `names`, an SQL expression of type text[]. To act on an
 * account, or to change a role, a user needs at least its administrative permissions.
 */
export const requireAuthority = (db: Database, actorId: string, names: SQL, exempt = sql`false`) =>
  requireThat(
    db,
    sql`${exempt} or holds_all(${actorId}, ${administrativeAmong(names)})`,
    "forbidden",
    "You cannot do this to an account or role with administrative permissions that you do not hold.",
  );

/** Returns the administrative permissions among `names`. Both are SQL expressions of type text[]. */
export const administrativeAmong = (names: SQL) =>
  sql`array(select unnest(${names}) intersect select unnest(${administrative}))`;

/** Administrative permissions, as an SQL expression of type text[]. */
export const administrative = sql`${`{${ADMINISTRATIVE.join(",")}}`}::text[]`;

/** Requires that `tag`, the current ETag of the record to change, is one of `expectedTags`. Without `expectedTags`, requires nothing. */
export const requireUnchanged = (db: Database, tag: SQL, expectedTags: readonly string[] | undefined) =>
  requireThat(
    db,
    expectedTags === undefined
      ? sql`true`
      : sql`${tag} in (select jsonb_array_elements_text(${JSON.stringify(expectedTags)}::jsonb))`,
    "preconditionFailed",
    "The resource has changed. Fetch it again and retry.",
  );

/** The caller's credential, and the maximum age of its authentication in seconds. */
export interface RecentProof {
  credential: Credential;
  maxAgeSeconds: number;
}

/**
 * Requires a session with recent authentication (RFC 9470), unless `exempt` holds: for routes that require it only in some cases.
 * A personal token is refused.
 */
export const requireRecentProof = (db: Database, { credential, maxAgeSeconds }: RecentProof, exempt: SQL) =>
  credential.kind === "session"
    ? requireThat(
        db,
        sql`${exempt} or exists (
          select from ${sessions} where id = ${credential.id}
            and authenticated_at >= now() - make_interval(secs => ${maxAgeSeconds}))`,
        "reauthenticationRequired",
        "recent authentication required",
      )
    : requireThat(db, exempt, "forbidden", "A personal token cannot do this. Sign in instead.");

/** Returns `ids` as an SQL expression of type uuid[]. */
export const uuids = (ids: readonly string[]) => sql`${`{${ids.join(",")}}`}::uuid[]`;
