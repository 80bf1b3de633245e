import { type SQL, type SQLWrapper, sql } from "drizzle-orm";
import { ADMINISTRATIVE } from "../core/permissions.ts";
import type { Credential } from "../core/security/principal.ts";
import type { Database } from "./client.ts";
import { type Failure, SQLSTATES } from "./sqlstates.ts";
import { sessions } from "./tables/sessions.ts";

/**
 * A statement that stops the batch it is in, and so undoes it, unless `condition` holds when its turn comes. `message` is
 * what the client is told.
 */
export const requireThat = (db: Database, condition: SQL, failure: Failure, message: string) =>
  db.execute(sql`select demand(${condition}, ${SQLSTATES[failure].code}, ${message})`);

/** A change that stops the batch it is in unless it changes a row. */
export const requireEffect = (db: Database, change: SQLWrapper, failure: Failure, message: string) =>
  db.execute(sql`
    with change as ${change}
    select demand(exists (select from change), ${SQLSTATES[failure].code}, ${message})`);

/**
 * Requires that the user `actorId` holds all of `names`, unless `exempt` holds: those that the user lacks are named to the client.
 */
export const requireNamed = (
  db: Database,
  actorId: string,
  { names, message, exempt = sql`false` }: { names: readonly string[]; message: string; exempt?: SQL },
) =>
  db.execute(
    sql`select demand_held(${actorId}, case when ${exempt} then '{}' else ${`{${names.join(",")}}`}::text[] end, ${message})`,
  );

/**
 * Requires that the user `actorId` holds all of `names`, an SQL expression of type text[], and names none: they tell what a role
 * grants, or another user holds, which the caller need not know.
 */
export const requireHolding = (
  db: Database,
  actorId: string,
  names: SQL,
  message = "You cannot grant a permission that you do not hold.",
) => requireThat(db, sql`holds_all(${actorId}, ${names})`, "forbidden", message);

/**
 * Requires that the user `actorId` holds those of `names`, an SQL expression of type text[], that are administrative: who acts on
 * an account, or changes a role, must not stand below it.
 */
export const requireAuthority = (db: Database, actorId: string, names: SQL, exempt = sql`false`) =>
  requireThat(
    db,
    sql`${exempt} or holds_all(${actorId}, ${administrativeAmong(names)})`,
    "forbidden",
    "You cannot do this to an account or role with administrative permissions that you do not hold.",
  );

/** Those of `names`, an SQL expression of type text[], that are administrative: of that type too. */
export const administrativeAmong = (names: SQL) =>
  sql`array(select unnest(${names}) intersect select unnest(${administrative}))`;

/** The administrative permissions, as an SQL expression of type text[]. */
export const administrative = sql`${`{${ADMINISTRATIVE.join(",")}}`}::text[]`;

/** Requires that the tag of what is to be changed is among those that the client has seen; none asks for nothing. */
export const requireUnchanged = (db: Database, tag: SQL, seen: readonly string[] | undefined) =>
  requireThat(
    db,
    seen === undefined
      ? sql`true`
      : sql`${tag} in (select jsonb_array_elements_text(${JSON.stringify(seen)}::jsonb))`,
    "changedMeanwhile",
    "The resource has changed. Fetch it again and retry.",
  );

/** What the caller uses, and how many seconds ago they must have proved who they are in it, at most. */
export interface RecentProof {
  credential: Credential;
  maxAgeSeconds: number;
}

/**
 * Requires the caller in person, with recent authentication (RFC 9470), unless `exempt` holds: where not all that a route
 * does needs it. A personal token is refused.
 */
export const requireRecentProof = (db: Database, { credential, maxAgeSeconds }: RecentProof, exempt: SQL) =>
  credential.kind === "session"
    ? requireThat(
        db,
        sql`${exempt} or exists (
          select from ${sessions} where id = ${credential.id}
            and authenticated_at >= now() - make_interval(secs => ${maxAgeSeconds}))`,
        "reauthenticationRequired",
        "too long since the user proved who they are",
      )
    : requireThat(db, exempt, "forbidden", "A personal token cannot do this: sign in.");

/** `ids` as an SQL expression of type uuid[]. */
export const uuids = (ids: readonly string[]) => sql`${`{${ids.join(",")}}`}::uuid[]`;
