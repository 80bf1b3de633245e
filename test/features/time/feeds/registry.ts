import { sql } from "drizzle-orm";
import { bytesOf, page, RECORD_BYTES, signUpWithSomeLongestEntries } from "../../../support/answer-sizes.ts";
import { type Actor, type Fixtures, UNKNOWN_ID } from "../../../support/fixtures.ts";
import type { Registry } from "../../../support/registry-entry.ts";

/** Returns the id of a new feed of the actor, or an unknown id if the actor may not create feeds. */
async function ownFeed({ api }: Fixtures, { access }: Actor): Promise<string> {
  const options = { token: access, body: { name: "phone" } };
  const { body } = await api.call<{ id?: string }>("POST", "/calendar-feeds", options);
  return body.id ?? UNKNOWN_ID;
}

async function feedFile({ api }: Fixtures): Promise<string> {
  const options = { token: (await api.signUp()).access, body: { name: "phone" } };
  const { body } = await api.call<{ url: string }>("POST", "/calendar-feeds", options);
  return body.url.split("/").at(-1) ?? "";
}

export default {
  createCalendarFeed: {
    access: [401, 403, 201, 201, 201, 403, 401],
    valid: () => ({ body: { name: "phone" } }),
    special: async ({ api, root }) => {
      await api.db.execute(sql`
      insert into calendar_feeds (owner_id, name, secret_hash)
      select ${root.id}, 'one of many', gen_random_uuid() from generate_series(1, 100)`);
      return { body: { name: "one too many" } };
    },
    anonymousBody: {},
  },
  listCalendarFeeds: {
    access: [401, 200, 200, 200, 200, 403, 401],
    valid: () => ({}),
    answerSize: page(RECORD_BYTES + bytesOf(100)),
  },
  deleteCalendarFeed: {
    access: [401, 404, 204, 204, 204, 403, 401],
    valid: async (fixtures, actor) => ({ params: { feed_id: await ownFeed(fixtures, actor) } }),
    storesNoText: "takes no text",
  },
  readCalendarFeed: {
    access: [200, 200, 200, 200, 200, 200, 200],
    isPublic: true,
    valid: async (fixtures) => ({ params: { file: await feedFile(fixtures) } }),
    roundTrips: [2, "a client with the current version makes only the first"],
    otherAnswerSizes: {
      "text/calendar": {
        bounded: "in parts",
        fill: async (api) => {
          const { access: token } = await signUpWithSomeLongestEntries(api);
          const made = await api.call<{ url: string }>("POST", "/calendar-feeds", {
            token,
            body: { name: "phone" },
          });
          return { path: new URL(made.body.url).pathname };
        },
      },
    },
    ignoresUnknownParameters: true,
  },
} satisfies Registry;
