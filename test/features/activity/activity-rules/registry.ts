import { sql } from "drizzle-orm";
import { RULE_BYTES } from "../../../support/answer-sizes.ts";
import { type Actor, type Fixtures, UNKNOWN_ID } from "../../../support/fixtures.ts";
import type { Registry } from "../../../support/registry-entry.ts";
import { newRule } from "../../../support/time-records.ts";

const ofRule = async ({ callAsRoot }: Fixtures, body?: unknown) => ({
  params: { rule_id: (await callAsRoot("POST", "/activity/rules", newRule())).id },
  body,
});

/** Returns the ids of all rules of the actor, after creating one if the actor may. */
async function ownRules({ api }: Fixtures, { access: token }: Actor): Promise<string[]> {
  const body = { field: "app", match: "equals", pattern: "Code" };
  await api.call("POST", "/activity/rules", { token, body });
  const { body: rules } = await api.call<{ id: string }[] | object>("GET", "/activity/rules", { token });
  return Array.isArray(rules) ? rules.map(({ id }) => id) : [];
}

export default {
  listActivityRules: {
    access: [401, 403, 200, 200, 200, 403, 401],
    valid: () => ({}),
    answerSize: { bounded: "by number", items: 200, bytes: RULE_BYTES },
  },
  createActivityRule: {
    access: [401, 403, 201, 201, 201, 403, 401],
    valid: () => ({ body: newRule() }),
    special: async ({ api }) => {
      const { id, access } = await api.signUp();
      await api.db.execute(sql`
        insert into activity_rules (owner_id, position, field, match, pattern)
        select ${id}, n, 'app', 'equals', 'one of many' from generate_series(1, 200) as n`);
      const rule = { field: "app", match: "equals", pattern: "x" };
      return [
        { body: { ...rule, project_id: UNKNOWN_ID } },
        { body: rule, headers: { Authorization: `Bearer ${access}` } },
      ];
    },
    anonymousBody: {},
  },
  orderActivityRules: {
    access: [401, 403, 200, 200, 200, 403, 401],
    valid: async (fixtures, actor) => ({ body: { rule_ids: await ownRules(fixtures, actor) } }),
    special: () => ({ body: { rule_ids: [UNKNOWN_ID] } }),
    anonymousBody: { around: [['{"rule_ids":[', "]}"]] },
    answerSize: { bounded: "by number", items: 200, bytes: RULE_BYTES },
    storesNoText: "takes no text",
  },
  getActivityRule: {
    access: [401, 403, 404, 404, 200, 403, 401],
    valid: (fixtures) => ofRule(fixtures),
  },
  updateActivityRule: {
    access: [401, 403, 404, 404, 200, 403, 401],
    valid: (fixtures) => ofRule(fixtures, { productivity: 2 }),
    anonymousBody: {},
  },
  deleteActivityRule: {
    access: [401, 403, 404, 404, 204, 403, 401],
    valid: (fixtures) => ofRule(fixtures),
    storesNoText: "takes no text",
  },
} satisfies Registry;
