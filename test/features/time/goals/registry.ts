import { sql } from "drizzle-orm";
import { bytesOf, longestText, page, RECORD_BYTES } from "../../../support/answer-sizes.ts";
import { type Fixtures, UNKNOWN_ID } from "../../../support/fixtures.ts";
import type { Registry } from "../../../support/registry-entry.ts";
import { newGoal } from "../../../support/time-records.ts";

const ofGoal = async ({ callAsRoot }: Fixtures, body?: unknown) => ({
  params: { goal_id: (await callAsRoot("POST", "/goals", newGoal())).id },
  body,
});

export default {
  listGoals: {
    access: [401, 403, 200, 200, 200, 403, 401],
    valid: () => ({}),
    answerSize: page(RECORD_BYTES + bytesOf(100)),
  },
  createGoal: {
    access: [401, 403, 201, 201, 201, 403, 401],
    valid: () => ({ body: newGoal() }),
    special: () => ({
      body: { name: "x", period: "day", direction: "at_most", target_seconds: 0, task_id: UNKNOWN_ID },
    }),
    anonymousBody: { around: [['{"weekdays":[', "]}"]] },
  },
  getGoalProgress: {
    access: [401, 403, 200, 200, 200, 403, 401],
    valid: () => ({}),
    special: () => ({ query: "?periods=-1" }),
    tooMuchActivity: { query: "?include=activity" },
    answerSize: {
      bounded: "as a whole",
      fill: async (api) => {
        const { id, access: token } = await api.signUp();
        await api.db.execute(sql`
        insert into goals (owner_id, name, period, direction, target_seconds, weekdays)
        select ${id}, n || ${longestText(96)}, 'day', 'at_most', 60, 127 from generate_series(1, 200) n`);
        await api.db.execute(sql`
        insert into time_entries (owner_id, started_at, ended_at) values (${id}, now() - interval '2 years', now() - interval '17500 hours')`);
        return { path: "/goals/progress?periods=366", token };
      },
    },
  },
  getGoal: {
    access: [401, 403, 404, 200, 200, 403, 401],
    valid: (fixtures) => ofGoal(fixtures),
  },
  updateGoal: {
    access: [401, 403, 404, 200, 200, 403, 401],
    valid: (fixtures) => ofGoal(fixtures, { target_seconds: 7200 }),
    anonymousBody: { around: [['{"weekdays":[', "]}"]] },
  },
  deleteGoal: {
    access: [401, 403, 404, 204, 204, 403, 401],
    valid: (fixtures) => ofGoal(fixtures),
  },
  restoreGoal: {
    access: [401, 403, 404, 200, 200, 403, 401],
    valid: async (fixtures) => {
      const parts = await ofGoal(fixtures);
      await fixtures.callAsRoot("DELETE", `/goals/${parts.params.goal_id}`);
      return parts;
    },
    storesNoText: "takes no text",
  },
} satisfies Registry;
