import { sql } from "drizzle-orm";
import { sha256 } from "../../src/core/security/encoding.ts";
import { newOneTimeToken } from "../../src/core/security/one-time-token.ts";
import { newRecoveryCodes } from "../../src/core/security/recovery-code.ts";
import type { TestApi } from "./api.ts";
import { enroll } from "./authenticator.ts";
import type { Actor } from "./fixtures.ts";
import { type Defects, newAuthenticator } from "./passkey.ts";

/** Removes every factor of a user except the password. */
export async function removeFactors({ db }: TestApi, { username }: Actor): Promise<void> {
  const ofUser = sql`user_id = (select id from users where username = ${username})`;
  for (const table of ["totp_factors", "recovery_codes", "passkeys"]) {
    await db.execute(sql`delete from ${sql.identifier(table)} where ${ofUser}`);
  }
}

/** Replaces the factors of a user by an authenticator app. A user without a live session only loses the factors. */
export async function setUpAuthenticator(api: TestApi, actor: Actor): Promise<void> {
  await removeFactors(api, actor);
  const { username, access } = actor;
  const isLive = access && (await api.call("GET", "/auth/me", { token: access })).status === 200;
  if (isLive) await enroll(api, { username, access });
}

/** Opens a challenge for a user in any state, and returns it with a recovery code that answers it. */
export async function openChallenge({ db }: TestApi, { username }: Actor) {
  const { text: challenge, hash } = await newOneTimeToken();
  const { codes, hashes } = await newRecoveryCodes();
  const { rows } = await db.execute<{ id: string; password_hash: string }>(
    sql`select id, password_hash from users where username = ${username}`,
  );
  const [{ id = "", password_hash = "" } = {}] = rows;
  const payload = { delivery: "body", password: await sha256(password_hash) };
  await db.execute(sql`insert into recovery_codes (user_id, code_hash) values (${id}, ${hashes[0]})`);
  await db.execute(sql`
    insert into one_time_tokens (purpose, user_id, hash, payload, expires_at)
    values ('second_factor', ${id}, ${hash}, ${JSON.stringify(payload)}::jsonb, now() + interval '5 minutes')`);
  return { challenge, recovery_code: codes[0] };
}

/** Adds a passkey to a user in any state. */
export async function addPasskey({ db }: TestApi, { username }: Actor) {
  const authenticator = await newAuthenticator();
  const { rows } = await db.execute<{ id: string; user_id: string }>(sql`
    insert into passkeys (user_id, name, credential_id, public_key, sign_count, transports, is_backed_up)
    select id, 'My phone', ${authenticator.id}, ${authenticator.publicKey}, 0, '{}', false
    from users where username = ${username} returning id, user_id`);
  const [{ id = "", user_id: userId = "" } = {}] = rows;
  return { id, userId, authenticator };
}

/** Returns the body with which the browser of a user in any state signs in with a passkey. */
export async function passkeySignInBody(api: TestApi, actor: Actor, defects: Defects = {}) {
  const { userId, authenticator } = await addPasskey(api, actor);
  const begun = await api.call<{ challenge: string }>("POST", "/auth/login/passkey/options");
  const { id, response } = await authenticator.get(begun.body, userId, defects);
  return { credential: { id, response }, token_delivery: "body" };
}
