import { sql } from "drizzle-orm";
import { hashOfOneTimeToken } from "../../../../src/core/security/one-time-token.ts";
import { bytesOf, RECORD_BYTES } from "../../../support/answer-sizes.ts";
import type { Fixtures, Parts, SpecialFixtures } from "../../../support/fixtures.ts";
import { COUNTED_MAIL, type Registry } from "../../../support/registry-entry.ts";

/** Returns a token for an email change that is not confirmed yet. */
async function ofEmailChange({ api, newUser }: Fixtures, kept: "confirm_hash" | "stop_hash"): Promise<Parts> {
  const token = crypto.randomUUID();
  const change = {
    user_id: await newUser(),
    confirm_hash: crypto.randomUUID(),
    stop_hash: crypto.randomUUID(),
    [kept]: await hashOfOneTimeToken(token),
  };
  await api.db.execute(sql`
    insert into email_changes (user_id, requested_by, from_email, to_email, confirm_hash, stop_hash, expires_at, stoppable_until)
    select id, id, email, 'new-' || email, ${change.confirm_hash}, ${change.stop_hash}, now() + interval '1 day', now() + interval '7 days'
    from users where id = ${change.user_id}`);
  return { body: { token } };
}

/** Returns a forged token, and a token of a change to an email that another account has taken since. */
async function ofTakenEmail(
  { api, powerless }: SpecialFixtures,
  kept: "confirm_hash" | "stop_hash",
): Promise<Parts[]> {
  const token = crypto.randomUUID();
  const user = await api.signUp();
  const hash = await hashOfOneTimeToken(token);
  await api.db.execute(sql`
    insert into email_changes (user_id, requested_by, from_email, to_email, confirm_hash, stop_hash, confirmed_at, expires_at, stoppable_until)
    values (${user.id}, ${user.id}, ${user.email}, ${powerless.email},
      ${kept === "confirm_hash" ? hash : token}, ${kept === "stop_hash" ? hash : token},
      ${kept === "stop_hash" ? sql`now()` : sql`null`}, now() + interval '1 day', now() + interval '7 days')`);
  return [{ body: { token: "forged" } }, { body: { token } }];
}

/** Returns a forged token, and a token to stop a change whose old, unverified email another account has taken since. */
async function ofTakenOldEmail({ api, powerless }: SpecialFixtures): Promise<Parts[]> {
  const token = crypto.randomUUID();
  const user = await api.signUp();
  await api.db.execute(sql`
    insert into email_changes (user_id, from_email, to_email, confirm_hash, stop_hash, confirmed_at, applied_at, expires_at, stoppable_until)
    values (${user.id}, ${powerless.email}, ${user.email}, ${token}, ${await hashOfOneTimeToken(token)},
      now(), now(), now() + interval '1 day', now() + interval '7 days')`);
  return [{ body: { token: "forged" } }, { body: { token } }];
}

export default {
  confirmEmailChange: {
    access: [200, 200, 200, 200, 200, 200, 200],
    isPublic: true,
    valid: (fixtures) => ofEmailChange(fixtures, "confirm_hash"),
    special: (fixtures) => ofTakenEmail(fixtures, "confirm_hash"),
    roundTrips: [2, COUNTED_MAIL],
    anonymousBody: { answers: [400, 422] },
    answerSize: { bounded: "by number", items: 500, bytes: RECORD_BYTES + bytesOf(100) },
    storesNoText: "takes no text",
  },
  approveEmailChange: {
    access: [200, 200, 200, 200, 200, 200, 200],
    isPublic: true,
    valid: (fixtures) => ofEmailChange(fixtures, "stop_hash"),
    special: (fixtures) => ofTakenEmail(fixtures, "stop_hash"),
    anonymousBody: { answers: [400, 422] },
    storesNoText: "takes no text",
  },
  stopEmailChange: {
    access: [200, 200, 200, 200, 200, 200, 200],
    isPublic: true,
    valid: (fixtures) => ofEmailChange(fixtures, "stop_hash"),
    special: ofTakenOldEmail,
    anonymousBody: { answers: [400, 422] },
    storesNoText: "takes no text",
  },
} satisfies Registry;
