import { type SQL, sql } from "drizzle-orm";
import { CATALOGUE, type Permission } from "../../../core/permissions.ts";
import { batch } from "../../../database/batch.ts";
import type { Database } from "../../../database/client.ts";
import { isOwnedBy } from "../../../database/ownership.ts";
import { administrative, requireNamed } from "../../../database/preconditions.ts";
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

/** Whether a user may do `action` to the record of `type` with `id`, or to all of the type if that is `*`. */
export interface Question extends Subject {
  type: string;
  action: string;
  id: string;
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
  const { actorId } = asker;
  const asked = { type: sql`asked.type`, action: sql`asked.action`, id: sql`asked.id` };
  const { answers } = await batch(db, {
    precondition: requireMayAsk(db, asker),
    answers: db.execute<Answer>(sql`
      select u.id is not null as is_resolved,
             case when u.id is null then false else ${mayDo(actorId, sql`u.id`, asked)} end as decision
        from jsonb_to_recordset(${numbered}::jsonb)
          as asked ("index" int, "userId" uuid, names jsonb, type text, action text, id text)
        left join ${users} u on u.id = ${subjectId(sql`asked."userId"`, sql`asked.names`)} and u.is_active and not u.is_deleted
       order by asked."index"`),
  });
  return answers.rows;
}

/** The ids of the users who may do `action` to the record of `type` with `id`, in their order. */
export async function findHolders(
  db: Database,
  actorId: string,
  { type, action, id, after, limit }: Omit<Question, keyof Subject> & Stretch,
): Promise<string[]> {
  // The holders are gathered once, as a set, and only they, or those who reach the record, are judged one by one.
  const holds = (name: string) =>
    sql`(u.is_superuser or u.id in (select user_id from ${grants} where name = any(wildcards_of(${name}))))`;
  const isHolder = holds(`${type}:${action}`);
  const isOwner = sql`u.id in (select owners_of(${type}, ${id}) union select owners_of('buckets', ${id}) where ${type === "activity"})`;
  const { rows } = await db.execute<{ id: string }>(sql`
    select id from ${users} u
     where u.is_active and not u.is_deleted
       and ${type === "sessions" ? sql`(${isHolder} or ${isOwner})` : isHolder}
       and ${isOwned({ type, action, id }) ? sql`(${isOwner} or ${holds(`${type}:read_any`)})` : sql`true`}
       and ${after === undefined ? sql`true` : sql`u.id > ${after}::uuid`}
       and ${mayDo(actorId, sql`u.id`, { type, action, id })}
     order by u.id limit ${limit}`);
  return rows.map(({ id }) => id);
}

/** The ids of the records of `type` to which the user may do `action`, in their order; `*` where the type has no records with ids. */
export async function findResources(
  db: Database,
  asker: Asker,
  { userId, names, type, action, after, limit }: Omit<Question, "id"> & Stretch,
): Promise<string[]> {
  const { actorId } = asker;
  const named = subjectId(sql`${userId}::uuid`, sql`${JSON.stringify(names)}::jsonb`);
  const mayAll = (...actions: string[]) => {
    const each = actions.map((one) => mayDo(actorId, sql`subject.id`, { type, action: one, id: ALL }));
    return sql`(select ${sql.join(each, sql` and `)} from subject)`;
  };
  const part = (records: SQL, condition: SQL, key = sql`id`) => sql`(
    select ${key}::text as id from ${records}
     where ${condition} and ${after === undefined ? sql`true` : sql`${key} > ${after}`}
     order by ${key} limit ${limit})`;
  const parts = () => {
    const table = sql`${sql.identifier(type)}`;
    if (isOwned({ type, action, id: "" })) {
      const [records, key] =
        type === "activity" ? [sql`activity_rules`, sql`id::text collate "C"`] : [table, sql`id`];
      const own = sql`not is_deleted and ${isOwnedBy(records, sql`(select id from subject)`)} and ${mayAll(action)}`;
      const all = sql`not is_deleted and ${mayAll(action, "read_any", `${action}_any`)}`;
      const buckets = sql`user_id = (select id from subject) and ${mayAll(action)} and ${action !== "update"}`;
      return [
        part(records, own, key),
        part(records, all, key),
        ...(type === "activity" ? [part(sql`activity_buckets`, buckets, sql`id collate "C"`)] : []),
      ];
    }
    if (!hasRecords({ type, action })) return [sql`(select ${ALL}::text as id where ${mayAll(action)})`];
    const records = type === "factors" ? sql`users` : table;
    const isJudged = mayDo(actorId, sql`(select id from subject)`, { type, action, id: sql`id::text` });
    if (type !== "sessions")
      return [part(records, sql`not is_deleted and ${mayAll(action)} and ${isJudged}`)];
    return [
      part(records, sql`user_id = (select id from subject) and ${isJudged}`),
      part(records, sql`${mayAll(action)} and ${isJudged}`),
    ];
  };
  const { found } = await batch(db, {
    precondition: requireMayAsk(db, asker),
    found: db.execute<{ id: string }>(sql`
      with subject as materialized (
        select u.id from ${users} u where u.id = ${named} and u.is_active and not u.is_deleted
      )
      select id from (${sql.join(parts(), sql` union `)}) as found
       where exists (select from subject) order by id collate "C" limit ${limit}`),
  });
  return found.rows.map(({ id }) => id);
}

/** Those of the known actions that the user may do to the record of `type` with `id`, sorted. */
export async function findActions(
  db: Database,
  asker: Asker,
  { userId, names, type, id, after, limit }: Omit<Question, "action"> & Stretch,
): Promise<string[]> {
  const named = subjectId(sql`${userId}::uuid`, sql`${JSON.stringify(names)}::jsonb`);
  const known = { type, action: sql`known.action`, id };
  const { actions } = await batch(db, {
    precondition: requireMayAsk(db, asker),
    actions: db.execute<{ action: string }>(sql`
      with subject as materialized (
        select u.id from ${users} u where u.id = ${named} and u.is_active and not u.is_deleted
      )
      select known.action from subject, ${permissions} known
       where known.resource = ${type} and known.action <> '*' and not known.is_deleted
         and ${after === undefined ? sql`true` : sql`known.action collate "C" > ${after}`}
         and ${mayDo(asker.actorId, sql`subject.id`, known)}
       order by known.action collate "C" limit ${limit}`),
  });
  return actions.rows.map(({ action }) => action);
}

/** The id that stands for all records of a type. */
const ALL = "*";

type Asked = Record<"type" | "action" | "id", SQL | string>;

/** The decision, as the function `may_do` makes it, which knows the rule of each route. */
const mayDo = (actorId: string, userId: SQL, { type, action, id }: Asked) =>
  sql`decides(${actorId}, ${userId}, ${type}, ${action}, ${id}, ${administrative})`;

const OWNED: readonly string[] = Object.entries(CATALOGUE).flatMap(([type, actions]) =>
  (actions as readonly string[]).includes("read_any") && type !== "reports" ? [type] : [],
);

const ON_RECORDS: readonly string[] = ["read", "update", "delete"];

/** Whether the owner of the record counts for the decision. */
const isOwned = ({ type, action, id }: Record<"type" | "action" | "id", string>) =>
  id !== ALL && OWNED.includes(type) && ON_RECORDS.includes(action);

/** Whether the id of a record counts for the decision, in a type that is not owned. */
const hasRecords = ({ type, action }: Record<"type" | "action", string>) =>
  ["roles:assign", "factors:reset", "sessions:read", "sessions:delete"].includes(`${type}:${action}`) ||
  (ON_RECORDS.includes(action) && [...OWNED, "users", "roles", "permissions"].includes(type));

const CHECK: Permission = "authz:check";

/**
 * Names are compared with the actor's own alone: to be refused takes no look at anybody else, and tells nothing of whether there is
 * such a user.
 */
const requireMayAsk = (db: Database, { actorId, asksAboutOthers, names }: Asker) =>
  requireNamed(db, actorId, {
    names: [CHECK],
    message: `Asking about anybody but yourself needs ${CHECK}.`,
    exempt: sql`${!asksAboutOthers} and not exists (
      select from jsonb_array_elements_text(${JSON.stringify(names)}::jsonb) as name
       where not exists (select from ${users} u where u.id = ${actorId} and ${matchesName(sql`name`)}))`,
  });

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

/** Which user holds which name by which of their roles: a relation to select from. */
const grants = sql`(
  select ur.user_id, p.name from ${userRoles} ur
    join ${roles} r on r.id = ur.role_id and not r.is_deleted
    join ${rolePermissions} rp on rp.role_id = r.id
    join ${permissions} p on p.id = rp.permission_id and not p.is_deleted) as granted`;
