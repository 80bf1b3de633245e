import { type SQL, sql } from "drizzle-orm";
import { CATALOGUE, type Permission } from "../../../core/permissions.ts";
import { batch } from "../../../database/batch.ts";
import type { Database } from "../../../database/client.ts";
import { isInReach, isOwnedBy, isPersonal, isShareable } from "../../../database/ownership.ts";
import { administrative, requireNamed } from "../../../database/preconditions.ts";
import { permissions } from "../../../database/tables/access.ts";
import { foldCase } from "../../../database/tables/names.ts";
import { users } from "../../../database/tables/users.ts";
import type { Tagged } from "../../../http/etag.ts";
import { grants, type OwnPermissions, selectHeldPermissions } from "./statements.ts";

/**
 * Subject of a question: a user by id, or by names, of which the first known name counts. A subject that is not a user has neither an id
 * nor names.
 */
export interface Subject {
  userId: string | null;
  names: string[];
}

/** The question of whether a user may do `action` to the record of `type` with `id`, or to all records of the type if `id` is `*`. */
export interface Question extends Subject {
  type: string;
  action: string;
  id: string;
}

/**
 * The caller, who must hold authz:check to ask about other users: if `asksAboutOthers` is true, or if any of `names` is not the caller's
 * own.
 */
export interface Caller {
  actorId: string;
  asksAboutOthers: boolean;
  names: string[];
}

export type Answer = { is_resolved: boolean; decision: boolean };

/** Part of a sorted list: at most `limit` items, after the item `after` if it is set. */
interface Slice {
  after: string | undefined;
  limit: number;
}

/** Returns the permissions that a live user holds and may use with the current credential, and their ETag. */
export async function findHeldPermissions(
  db: Database,
  userId: string,
): Promise<Tagged<OwnPermissions> | undefined> {
  const { rows } = await selectHeldPermissions(db, userId);
  return rows.map(({ tag, ...value }) => ({ tag, value }))[0];
}

/** Answers `questions`, in their order. */
export async function answerQuestions(
  db: Database,
  caller: Caller,
  questions: readonly Question[],
): Promise<Answer[]> {
  const numbered = JSON.stringify(questions.map((question, index) => ({ ...question, index })));
  const { actorId } = caller;
  const asked = { type: sql`asked.type`, action: sql`asked.action`, id: sql`asked.id` };
  const { answers } = await batch(db, {
    precondition: requirePermissionToAsk(db, caller),
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

/** Finds the ids of the users who may do `action` to the record of `type` with `id`, sorted. */
export async function findHolders(
  db: Database,
  actorId: string,
  { type, action, id, after, limit }: Omit<Question, keyof Subject> & Slice,
): Promise<string[]> {
  // Collects the holders as a set first, so that only holders, or users with access to the record, are checked individually.
  const holds = (name: string) =>
    sql`(u.is_superuser or u.id in (select user_id from ${grants} where name = any(wildcards_of(${name}))))`;
  const isHolder = holds(`${type}:${action}`);
  const isMember = sql`u.id in (
    select user_id from memberships where left_at is null and organization_id = organization_of(${type}, ${id}))`;
  const isOwner = sql`u.id in (select owners_of(${type}, ${id}) union select owners_of('buckets', ${id}) where ${type === "activity"})`;
  const { rows } = await db.execute<{ id: string }>(sql`
    select id from ${users} u
     where u.is_active and not u.is_deleted
       and case when organization_of(${type}, ${id}) is not null then ${isMember} else
         ${type === "sessions" ? sql`(${isHolder} or ${isOwner})` : isHolder}
         and ${isOwned({ type, action, id }) ? sql`(${isOwner} or ${holds(`${type}:read_any`)})` : sql`true`} end
       and ${after === undefined ? sql`true` : sql`u.id > ${after}::uuid`}
       and ${mayDo(actorId, sql`u.id`, { type, action, id })}
     order by u.id limit ${limit}`);
  return rows.map(({ id }) => id);
}

/** Finds the ids of the records of `type` to which the user may do `action`, sorted; `*` if the type has no records with ids. */
export async function findResources(
  db: Database,
  caller: Caller,
  { userId, names, type, action, after, limit }: Omit<Question, "id"> & Slice,
): Promise<string[]> {
  const { actorId } = caller;
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
      const subject = sql`(select id from subject)`;
      const personal = isShareable(type) ? isPersonal(records) : sql`true`;
      const own = sql`not is_deleted and ${personal} and ${isOwnedBy(records, subject)} and ${mayAll(action)}`;
      const all = sql`not is_deleted and ${personal} and ${mayAll(action, "read_any", `${action}_any`)}`;
      const reach = sql`reach_for(${actorId}, ${subject}, ${type}, ${action})`;
      const shared = sql`not is_deleted and not ${personal} and ${isInReach(records, subject, type, reach)}`;
      const buckets = sql`user_id = (select id from subject) and ${mayAll(action)} and ${action !== "update"}`;
      return [
        part(records, own, key),
        part(records, all, key),
        ...(isShareable(type) ? [part(records, shared, key)] : []),
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
    precondition: requirePermissionToAsk(db, caller),
    found: db.execute<{ id: string }>(sql`
      with subject as materialized (
        select u.id from ${users} u where u.id = ${named} and u.is_active and not u.is_deleted
      )
      select id from (${sql.join(parts(), sql` union `)}) as found
       where exists (select from subject) order by id collate "C" limit ${limit}`),
  });
  return found.rows.map(({ id }) => id);
}

/** Finds the known actions that the user may do to the record of `type` with `id`, sorted. */
export async function findActions(
  db: Database,
  caller: Caller,
  { userId, names, type, id, after, limit }: Omit<Question, "action"> & Slice,
): Promise<string[]> {
  const named = subjectId(sql`${userId}::uuid`, sql`${JSON.stringify(names)}::jsonb`);
  const known = { type, action: sql`known.action`, id };
  const { actions } = await batch(db, {
    precondition: requirePermissionToAsk(db, caller),
    actions: db.execute<{ action: string }>(sql`
      with subject as materialized (
        select u.id from ${users} u where u.id = ${named} and u.is_active and not u.is_deleted
      )
      select known.action from subject, ${permissions} known
       where known.resource = ${type} and known.action <> '*' and not known.is_deleted
         and ${after === undefined ? sql`true` : sql`known.action collate "C" > ${after}`}
         and ${mayDo(caller.actorId, sql`subject.id`, known)}
       order by known.action collate "C" limit ${limit}`),
  });
  return actions.rows.map(({ action }) => action);
}

/** Id that stands for all records of a type. */
const ALL = "*";

type Asked = Record<"type" | "action" | "id", SQL | string>;

/** Returns the decision of the database function `decides`, which implements the rules of all routes. */
const mayDo = (actorId: string, userId: SQL, { type, action, id }: Asked) =>
  sql`decides(${actorId}, ${userId}, ${type}, ${action}, ${id}, ${administrative})`;

const OWNED: readonly string[] = Object.entries(CATALOGUE).flatMap(([type, actions]) =>
  (actions as readonly string[]).includes("read_any") && type !== "reports" ? [type] : [],
);

const ON_RECORDS: readonly string[] = ["read", "update", "delete"];

/** Returns whether the decision depends on the record's owner. */
const isOwned = ({ type, action, id }: Record<"type" | "action" | "id", string>) =>
  id !== ALL && OWNED.includes(type) && ON_RECORDS.includes(action);

/** Returns whether the decision depends on the record's id, for a type without owners. */
const hasRecords = ({ type, action }: Record<"type" | "action", string>) =>
  ["roles:assign", "factors:reset", "sessions:read", "sessions:delete"].includes(`${type}:${action}`) ||
  (ON_RECORDS.includes(action) && [...OWNED, "users", "roles", "permissions"].includes(type));

const CHECK: Permission = "authz:check";

/**
 * Requires authz:check if the caller asks about other users. Names are compared only with the caller's own, so that a rejection does not
 * reveal whether another user exists.
 */
const requirePermissionToAsk = (db: Database, { actorId, asksAboutOthers, names }: Caller) =>
  requireNamed(db, actorId, {
    names: [CHECK],
    message: `Questions about other users require ${CHECK}.`,
    exempt: sql`${!asksAboutOthers} and not exists (
      select from jsonb_array_elements_text(${JSON.stringify(names)}::jsonb) as name
       where not exists (select from ${users} u where u.id = ${actorId} and ${matchesName(sql`name`)}))`,
  });

/** Returns whether the live user `u` has the name. An email counts only if it is confirmed: otherwise, any user could claim it. */
const matchesName = (name: SQL) => sql`(not u.is_deleted and case when ${name} like '%@%'
  then lower(u.email) = lower(${name}) and u.email_verified_at is not null
  else ${foldCase(sql`u.username`)} = ${foldCase(name)} end)`;

/** Returns the given id, or the id of the user with the first known name. Emails and usernames are each looked up in their own index. */
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
