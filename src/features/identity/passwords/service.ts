import { AppError } from "../../../core/errors.ts";
import { log } from "../../../core/logger.ts";
import { requireTurn } from "../../../core/security/hash-turns.ts";
import { hashNewPassword } from "../../../core/security/new-password.ts";
import { hashOfOneTimeToken } from "../../../core/security/one-time-token.ts";
import type { OriginScope } from "../../../http/context.ts";
import * as messages from "../email/messages.ts";
import { createdInUtc, newMailedToken, sendCountedMail, sendMailLater } from "../email/service.ts";
import { failuresOf, fromAddress, policiesOf } from "../throttling/policies.ts";
import { countAttempt } from "../throttling/service.ts";
import * as repository from "./repository.ts";
import type { ResetPassword } from "./schemas.ts";

/**
 * Mails a token to reset the password, if an active account has `email`. The account is looked up after the response, so that
 * the response and its timing reveal nothing (OWASP ASVS 5.0 6.3.8). Requests are counted for every email, known or not.
 *
 * @throws AppError RATE_LIMIT_EXCEEDED
 */
export async function forgotPassword(scope: OriginScope, email: string): Promise<void> {
  const { db, settings, origin } = scope;
  const policies = policiesOf(settings);
  await countAttempt(scope, [
    { policy: policies.passwordReset, of: email },
    ...fromAddress(policies.mailFromAddress, origin),
  ]);
  scope.defer(async () => {
    const token = await newMailedToken("passwordReset");
    const isKept = await repository
      .keepReset(db, email, token, policies.mailToRecipient)
      .catch((error) => dropMail(scope, error));
    if (isKept) await sendCountedMail(scope, email, messages.passwordReset(token.text));
  });
}

/** Logs that a mail was dropped because its recipient was sent too many. Rethrows other errors. */
function dropMail({ settings, origin }: OriginScope, error: unknown): false {
  if (!(error instanceof AppError && error.code === "RATE_LIMIT_EXCEEDED")) throw error;
  log(settings, "warn", "mail", "A mail was dropped: its recipient was sent too many", {
    request_id: origin.requestId,
    subject: "reset",
  });
  return false;
}

/**
 * Sets the password of the account that a mailed token is for, or the first password of an invited account. An attacker may have known the
 * old password, so all access that could have been created with it ends: sessions, tokens, keys and feeds, and, if the email was never
 * verified, also passkeys, the authenticator app and recovery codes (OWASP ASVS 5.0 7.4.3). Opens no session, so that an account with a
 * verified email still requires its second factor (6.4.3). Returns the access that ended and the factors that can still open the account; a
 * mail lists these factors too. A rejected password leaves the token valid.
 *
 * @throws AppError INVALID_ONE_TIME_TOKEN, INVALID_PASSWORD, RATE_LIMIT_EXCEEDED, SERVICE_BUSY
 */
export async function resetPassword(scope: OriginScope, { token, new_password }: ResetPassword) {
  const { db, settings, origin } = scope;
  // The next statement counts the attempt.
  requireTurn(scope);
  const hash = await hashOfOneTimeToken(token);
  const account = await repository.findReset(db, hash, policiesOf(settings).resetWithToken);
  if (!account) throw new AppError("INVALID_ONE_TIME_TOKEN");
  const passwordHash = await hashNewPassword(scope, new_password, account);
  const { user_id: userId } = account;
  const policies = policiesOf(settings);
  const forgotten = [
    ...failuresOf(policies, userId, origin.address),
    { policy: policies.secondFactor, of: userId },
    { policy: policies.password, of: userId },
  ];
  const reset = { userId, hash, passwordHash, forgotten };
  const { ended, access } = await repository.resetPassword(db, reset);
  if (!ended || !access) throw new AppError("INVALID_ONE_TIME_TOKEN");
  const { authenticator, recovery_codes } = access;
  const still_opens = { passkeys: access.passkeys.map(createdInUtc), authenticator, recovery_codes };
  sendMailLater(scope, account.email, messages.passwordWasReset(still_opens));
  return { ended, still_opens };
}
