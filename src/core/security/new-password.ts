import { argon2ParametersOf } from "../config.ts";
import { AppError } from "../errors.ts";
import { isBreached } from "./breached-passwords.ts";
import { type Hasher, requireTurn, takeTurn } from "./hash-turns.ts";
import { hashPassword } from "./password.ts";
import { type PasswordContext, passwordProblem } from "./password-rules.ts";

/** User of the new password, and a check before it is hashed. */
interface NewPasswordContext extends Pick<PasswordContext, "email" | "username"> {
  /** Counts the attempt, and throws if there are too many. Called once the rules are met, before hashing or external queries. */
  count?: (() => Promise<void>) | undefined;
}

/**
 * Validates and hashes a new password. The rules are checked first, and then the service for breached passwords, which is not queried for
 * passwords that the rules reject (OWASP ASVS 5.0 6.2.12). While too many requests wait for a hash, the attempt isn't counted.
 *
 * @throws AppError INVALID_PASSWORD with the problem, SERVICE_BUSY, and the errors of `count`
 */
export async function hashNewPassword(
  hasher: Hasher,
  password: string,
  { email, username, count }: NewPasswordContext,
): Promise<string> {
  const { settings } = hasher;
  const { APP_NAME: product, MIN_PASSWORD_LENGTH: minLength } = settings;
  const problem = passwordProblem(password, { email, username, product, minLength });
  if (problem) throw new AppError("INVALID_PASSWORD", { message: problem });
  requireTurn(hasher);
  await count?.();
  if (await isBreached(settings, password)) throw new AppError("INVALID_PASSWORD", { message: BREACHED });
  return takeTurn(hasher, () => hashPassword(password, argon2ParametersOf(settings)));
}

const BREACHED = "This password is known from a data breach. Choose one that you do not use anywhere else.";
