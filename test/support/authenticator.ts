import { sql } from "drizzle-orm";
import { stepAt, totpCode } from "../../src/core/security/totp.ts";
import { PASSWORD } from "./accounts.ts";
import type { TestApi } from "./api.ts";

/** An authenticator app and its recovery codes. */
export interface Authenticator {
  secret: string;
  recoveryCodes: string[];
}

interface Session {
  username: string;
  access: string;
}

/** Returns the code that an app shows now, or `stepsLater` steps of half a minute later. */
export const codeNow = (secret: string, stepsLater = 0) => totpCode(secret, stepAt(Date.now()) + stepsLater);

/** Begins an enrollment, and returns the secret. */
export async function beginTotp(api: TestApi, { access: token }: Pick<Session, "access">): Promise<string> {
  const { body } = await api.call<{ secret: string }>("POST", "/auth/factors/totp", { token });
  return body.secret;
}

/** Enrolls an authenticator app whose current code is still valid for a sign-in. */
export async function enroll(api: TestApi, session: Session): Promise<Authenticator> {
  const secret = await beginTotp(api, session);
  const { body } = await api.call<{ recovery_codes: string[] }>("POST", "/auth/factors/totp/confirm", {
    token: session.access,
    body: { code: await codeNow(secret) },
  });
  await allowUsedCodes(api, session);
  return { secret, recoveryCodes: body.recovery_codes };
}

/** Makes used codes valid again, as if their half minute were unused. */
export const allowUsedCodes = (api: TestApi, { username }: Pick<Session, "username">) =>
  api.db.execute(sql`
    update totp_factors set last_step = 0 where user_id in (select id from users where username = ${username})`);

/** Sends the password of a user with a second factor, and returns the challenge. */
export async function challengeOf(
  api: TestApi,
  { username }: Pick<Session, "username">,
  options: object = {},
) {
  const { body, status, text } = await api.call<{ challenge: string }>("POST", "/auth/login", {
    body: { username, password: PASSWORD, ...options },
  });
  if (status !== 202) throw new Error(`POST /auth/login: ${text}`);
  return body.challenge;
}
