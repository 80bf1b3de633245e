import { and, asc, eq, sql } from "drizzle-orm";
import { invariant } from "../../../core/errors.ts";
import { batch } from "../../../database/batch.ts";
import type { Database } from "../../../database/client.ts";
import { type OwnedChange, ownedRecords } from "../../../database/owned.ts";
import { isOwnedBy } from "../../../database/ownership.ts";
import { requireThat, uuids } from "../../../database/preconditions.ts";
import { activityRules } from "../../../database/tables/activity.ts";
import { projectRecords } from "../../time/projects/statements.ts";

const columns = {
  id: activityRules.id,
  owner_id: activityRules.ownerId,
  position: activityRules.position,
  field: activityRules.field,
  match: activityRules.match,
  pattern: activityRules.pattern,
  project_id: activityRules.projectId,
  category: activityRules.category,
  productivity: activityRules.productivity,
  created_at: activityRules.createdAt,
  updated_at: activityRules.updatedAt,
};

export const ruleRecords = ownedRecords({
  table: activityRules,
  resource: "activity",
  noun: "rule",
  keys: { created_at: { by: activityRules.createdAt, type: "timestamptz" } },
  columns,
});

const isLiveOf = (ownerId: string) =>
  and(isOwnedBy(activityRules, ownerId), eq(activityRules.isDeleted, false));

/** Returns the live rules of `ownerId`, in the order in which they are evaluated. */
export const listRules = (db: Database, ownerId: string) =>
  db
    .select(columns)
    .from(activityRules)
    .where(isLiveOf(ownerId))
    .orderBy(asc(activityRules.position), asc(activityRules.createdAt), asc(activityRules.id));

type Row = typeof activityRules.$inferInsert;
export type RuleValues = Omit<Row, "ownerId" | "position">;
export type RuleChanges = { [Field in keyof RuleValues]?: RuleValues[Field] | undefined };

/** Appends a rule. The owner must be allowed to read its project. @throws AppError BUSINESS_LOGIC_ERROR for too many rules */
export async function insertRule(db: Database, ownerId: string, values: RuleValues, max: number) {
  const count = sql`(select count(*) from ${activityRules} where ${isLiveOf(ownerId)})`;
  const last = sql`(select coalesce(max(${activityRules.position}), 0) from ${activityRules} where ${isLiveOf(ownerId)})`;
  const id = crypto.randomUUID();
  const { added } = await batch(db, {
    preconditions: [
      requireThat(
        db,
        sql`${count} < ${max}`,
        "ruleViolation",
        `You have ${max} rules. Delete one that you don't need.`,
      ),
      projectRecords.requireReadable(db, ownerId, values.projectId, null),
    ],
    inserted: db.insert(activityRules).values({ ...values, id, ownerId, position: sql`${last} + 1` }),
    added: db
      .select({ value: columns, tag: sql<string>`${activityRules.version}::text` })
      .from(activityRules)
      .where(eq(activityRules.id, id)),
  });
  return invariant(added[0], "expected the added rule");
}

/** Updates a rule. The actor must be allowed to read a new project. */
export const updateRule = (db: Database, change: OwnedChange, changes: RuleChanges) =>
  ruleRecords.update(
    db,
    change,
    changes,
    projectRecords.requireReadable(db, change.actorId, changes.projectId, null),
  );

/** Puts the rules of `ownerId` into the order of `ids`, which must contain each rule once. @throws AppError BUSINESS_LOGIC_ERROR */
export async function orderRules(db: Database, ownerId: string, ids: readonly string[]) {
  const requestedOrder = sql`unnest(${uuids(ids)}) with ordinality as requested_order (id, place)`;
  const isComplete = sql`(
    select array(select id from ${activityRules} where ${isLiveOf(ownerId)} order by id) = array(select id from ${requestedOrder} order by id))`;
  const { rules } = await batch(db, {
    locked: db.execute(sql`select from ${activityRules} where ${isLiveOf(ownerId)} for update`),
    precondition: requireThat(db, isComplete, "ruleViolation", "Name each of your rules exactly once."),
    reordered: db.execute(sql`
      update ${activityRules} set position = place, updated_at = now(), version = version + 1
      from ${requestedOrder} where ${activityRules.id} = requested_order.id and ${isLiveOf(ownerId)} and position <> place`),
    rules: listRules(db, ownerId),
  });
  return rules;
}
