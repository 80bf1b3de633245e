import { type SQL, sql } from "drizzle-orm";
import type { Permission } from "../../../core/permissions.ts";
import { batch } from "../../../database/batch.ts";
import type { Database } from "../../../database/client.ts";
import { requireThat } from "../../../database/preconditions.ts";
import { permissions, rolePermissions, roles, userRoles } from "../../../database/tables/access.ts";
import { foldCase } from "../../../database/tables/names.ts";
import { users } from "../../../database/tables/users.ts";
import type { Tagged } from "../../../http/etag.ts";

type OwnPermissions = { permissions: string[]; is_superuser: boolean };

/** Whom a question is about: by their id, or by names of which the first that is known counts; by neither if it can be no user. */
export interface Subject {
  userId: string | null;
  names: string[];
}

/** Whether a user may do `action` to what is of `type`. */
export interface Question extends Subject {
  type: string;
  action: string;
}

/** Who asks, and whether about others too: for that they must hold authz:check. Unless all of `names` are their own, they do. */
export interface Asker {
  actorId: string;
  asksAboutOthers: boolean;
  names: string[];
}

export type Answer = { is_resolved: boolean; decision: boolean };

/** A part of a sorted list: what comes after `after`, if given. */
interface Stretch {
  after: string | undefined;
  limit: number;
}

/**
 * The names that a live user holds and may use by the credential in hand, with a tag of just these. A superuser holds `*`.
 * Of a held name and a scope of which one includes the other, the narrower counts.
 */
export async function findHeldPermissions(
  db: Database,
  userId: string,
): Promise<Tagged<OwnPermissions> | undefined> {
  const { rows } = await db.execute<OwnPermissions & { tag: string }>(sql`
    select usable.names as permissions, usable.is_superuser, md5(usable.is_superuser || usable.names::text) as tag
      from ${users} u
     cross join lateral (
       select u.is_superuser and in_scope('*') as is_superuser,
              coalesce(array_agg(distinct name collate "C" order by name collate "C"), '{}') as names
         from (
           select name from (
             select name from ${grants} where user_id = u.id union select '*' where u.is_superuser) as held
            where in_scope(name)
           union
           select scope from ${scopes} where holds_all(u.id, array[scope])
         ) as either
     ) as usable
     where u.id = ${userId} and not u.is_deleted`);
  return rows.map(({ tag, ...value }) => ({ tag, value }))[0];
}

/** The answers to `questions`, in their order. */
export async function answer(db: Database, asker: Asker, questions: readonly Question[]): Promise<Answer[]> {
  const numbered = JSON.stringify(questions.map((question, index) => ({ ...question, index })));
  const { answers } = await batch(db, {
    precondition: requireMayAsk(db, asker),
    answers: db.execute<Answer>(sql`
      select u.id is not null as is_resolved,
             coalesce(${isUsable(asker.actorId, sql`asked.type || ':' || asked.action`)} and (u.is_superuser or exists (
               select from ${grants} where user_id = u.id
                  and name in (asked.type || ':' || asked.action, asked.type || ':*', '*'))), false) as decision
        from jsonb_to_recordset(${numbered}::jsonb)
          as asked ("index" int, "userId" uuid, names jsonb, type text, action text)
        left join ${users} u on u.id = ${subjectId(sql`asked."userId"`, sql`asked.names`)} and u.is_active and not u.is_deleted
       order by asked."index"`),
  });
  return answers.rows;
}

/** The ids of the users who may do `action` to what is of `type`, in their order. */
export async function findHolders(
  db: Database,
  actorId: string,
  { type, action, after, limit }: Omit<Question, keyof Subject> & Stretch,
): Promise<string[]> {
  // The holders are gathered once, as a set, not looked for anew for each user.
  const { rows } = await db.execute<{ id: string }>(sql`
    select id from ${users} u
     where u.is_active and not u.is_deleted and ${isUsable(actorId, sql`${`${type}:${action}`}::text`)}
       and (u.is_superuser or u.id in (
         select user_id from ${grants} where name in (${`${type}:${action}`}, ${`${type}:*`}, '*')))
       and ${after === undefined ? sql`true` : sql`u.id > ${after}::uuid`}
     order by u.id limit ${limit}`);
  return rows.map(({ id }) => id);
}

/** Those of the known actions on what is of `type` that the user may do, sorted. */
export async function findActions(
  db: Database,
  asker: Asker,
  { userId, names, type, after, limit }: Omit<Question, "action"> & Stretch,
): Promise<string[]> {
  const named = subjectId(sql`${userId}::uuid`, sql`${JSON.stringify(names)}::jsonb`);
  const { actions } = await batch(db, {
    precondition: requireMayAsk(db, asker),
    actions: db.execute<{ action: string }>(sql`
      with subject as materialized (select ${named} as id)
      select known.action from subject, ${permissions} known
       where known.resource = ${type} and known.action <> '*' and not known.is_deleted
         and exists (
           select from ${users} u where u.id = subject.id and u.is_active and not u.is_deleted
              and ${isUsable(asker.actorId, sql`known.name`)}
              and (u.is_superuser or exists (
                select from ${grants}
                 where user_id = u.id and name in (known.name, known.resource || ':*', '*'))))
         and ${after === undefined ? sql`true` : sql`known.action collate "C" > ${after}`}
       order by known.action collate "C" limit ${limit}`),
  });
  return actions.rows.map(({ action }) => action);
}

const CHECK: Permission = "authz:check";

/**
 * Names are compared with the actor's own alone: to be refused takes no look at anybody else, and tells nothing of whether there is
 * such a user.
 */
const requireMayAsk = (db: Database, { actorId, asksAboutOthers, names }: Asker) =>
  requireThat(
    db,
    sql`holds_all(${actorId}, ${`{${CHECK}}`}) or ${!asksAboutOthers} and not exists (
      select from jsonb_array_elements_text(${JSON.stringify(names)}::jsonb) as name
       where not exists (select from ${users} u where u.id = ${actorId} and ${matchesName(sql`name`)}))`,
    "forbidden",
    `Asking about anybody but yourself needs ${CHECK}.`,
  );

/** Whether the live user `u` is called so. An address counts once it is confirmed: before, anybody may have claimed it. */
const matchesName = (name: SQL) => sql`(not u.is_deleted and case when ${name} like '%@%'
  then lower(u.email) = lower(${name}) and u.email_verified_at is not null
  else ${foldCase(sql`u.username`)} = ${foldCase(name)} end)`;

/** The id that is given, or that of the user who has the first name that is known. Each is looked up in an index of its own. */
const subjectId = (id: SQL, names: SQL) => sql`coalesce(${id}, (
  select coalesce(by_email.id, by_username.id)
    from jsonb_array_elements_text(${names}) with ordinality as called (name, place)
    left join lateral (
      select u.id from ${users} u
       where called.name like '%@%' and lower(u.email) = lower(called.name) and not u.is_deleted and u.email_verified_at is not null
    ) as by_email on true
    left join lateral (
      select u.id from ${users} u
       where called.name not like '%@%' and ${foldCase(sql`u.username`)} = ${foldCase(sql`called.name`)} and not u.is_deleted
    ) as by_username on true
   where coalesce(by_email.id, by_username.id) is not null
   order by called.place limit 1))`;

/** The scopes of the personal token in hand, as the guard noted them: a relation to select from. */
const scopes = sql`jsonb_array_elements_text(nullif(current_setting('guard.scopes', true), '')::jsonb) as scope`;

/** Whether the question about `u` is about another than who asks, or the credential in hand lets them use `name`. */
const isUsable = (actorId: string, name: SQL) => sql`(u.id <> ${actorId} or in_scope(${name}))`;

/** Which user holds which name by which of their roles: a relation to select from. */
const grants = sql`(
  select ur.user_id, p.name from ${userRoles} ur
    join ${roles} r on r.id = ur.role_id and not r.is_deleted
    join ${rolePermissions} rp on rp.role_id = r.id
    join ${permissions} p on p.id = rp.permission_id and not p.is_deleted) as granted`;
