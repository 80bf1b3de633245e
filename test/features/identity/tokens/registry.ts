import { sql } from "drizzle-orm";
import { bytesOf, page, RECORD_BYTES } from "../../../support/answer-sizes.ts";
import { type Actor, type Fixtures, UNKNOWN_ID } from "../../../support/fixtures.ts";
import type { Registry } from "../../../support/registry-entry.ts";

const newToken = () => ({ name: "export", scopes: ["tasks:read"] });

/** Creates a token of the actor and returns its id, or an unused id if the actor may not create one. */
async function ownToken({ api }: Fixtures, { access }: Actor): Promise<string> {
  const options = { token: access, body: newToken() };
  const { body } = await api.call<{ id?: string }>("POST", "/auth/tokens", options);
  return body.id ?? UNKNOWN_ID;
}

export default {
  createPersonalToken: {
    access: [401, 201, 201, 201, 201, 403, 401],
    valid: () => ({ body: newToken() }),
    special: async ({ api, root }) => {
      await api.db.execute(sql`
      insert into personal_tokens (user_id, name, secret_hash, scopes, expires_at)
      select ${root.id}, 'one of many', 'none', '{tasks:read}', now() + interval '1 day' from generate_series(1, 100)`);
      return { body: { name: "one too many", scopes: ["tasks:read"] } };
    },
    anonymousBody: { around: [['{"name":"a","scopes":[', "]}"]] },
  },
  listPersonalTokens: {
    access: [401, 200, 200, 200, 200, 403, 401],
    valid: () => ({}),
    answerSize: page(RECORD_BYTES + bytesOf(100) + 100 * bytesOf(101)),
  },
  revokePersonalToken: {
    access: [401, 204, 204, 204, 204, 403, 401],
    valid: async (fixtures, actor) => ({ params: { token_id: await ownToken(fixtures, actor) } }),
  },
} satisfies Registry;
