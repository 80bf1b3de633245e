import { sessionIdIn } from "../../../support/accounts.ts";
import { bytesOf, page, RECORD_BYTES } from "../../../support/answer-sizes.ts";
import { removeFactors } from "../../../support/factors.ts";
import { type Fixtures, type Parts, UNKNOWN_ID } from "../../../support/fixtures.ts";
import { COUNTED_MAIL, type Registry } from "../../../support/registry-entry.ts";

/** Opens another session of a user and returns its id, or an unused id if the user can't sign in. */
async function newSession({ api }: Fixtures, username: string): Promise<string> {
  const { access } = await api.signIn(username);
  return access === undefined ? UNKNOWN_ID : sessionIdIn(access);
}

async function ofSignedIn(fixtures: Fixtures): Promise<Parts> {
  const body = fixtures.newAccount();
  const { id } = await fixtures.callAsRoot("POST", "/auth/register", body);
  return { params: { user_id: id, session_id: await newSession(fixtures, body.username) } };
}

export default {
  listSessions: {
    access: [401, 200, 200, 200, 200, 403, 401],
    valid: () => ({}),
    answerSize: page(RECORD_BYTES + bytesOf(1000)),
  },
  endSession: {
    access: [401, 204, 204, 204, 204, 403, 401],
    valid: async (fixtures, actor) => {
      await removeFactors(fixtures.api, actor);
      return { params: { session_id: await newSession(fixtures, actor.username) } };
    },
  },
  endOtherSessions: {
    access: [401, 204, 204, 204, 204, 403, 401],
    valid: () => ({}),
  },
  listUserSessions: {
    access: [401, 403, 403, 200, 200, 403, 401],
    valid: ({ ofUser }) => ofUser(),
    answerSize: page(RECORD_BYTES + bytesOf(1000)),
  },
  endUserSession: {
    access: [401, 403, 403, 204, 204, 403, 401],
    valid: (fixtures) => ofSignedIn(fixtures),
    roundTrips: [2, COUNTED_MAIL],
    storesNoText: "is done to the account by an administrator",
  },
  endUserSessions: {
    access: [401, 403, 403, 204, 204, 403, 401],
    valid: ({ ofUser }) => ofUser(),
    storesNoText: "is done to the account by an administrator",
  },
} satisfies Registry;
