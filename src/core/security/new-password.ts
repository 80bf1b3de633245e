import { argon2ParametersOf, type Settings } from "../config.ts";
import { AppError } from "../errors.ts";
import { isBreached } from "./breached-passwords.ts";
import { takeTurn } from "./hash-turns.ts";
import { hashPassword } from "./password.ts";
import { type PasswordContext, passwordProblem } from "./password-rules.ts";

/** For whom a password is, and what comes before it is hashed. */
interface NewPasswordContext extends Pick<PasswordContext, "email" | "username"> {
  /** Counts the attempt, and throws if it is one too many: once the rules are met, before anything is hashed or asked of others. */
  count?: (() => Promise<void>) | undefined;
}

/**
 * The hash of a password that somebody wants to use, once it is found good: by the rules first, and then by the service
 * that knows the compromised ones, so that it is asked of nothing that is refused anyway (OWASP ASVS 5.0 6.2.12).
 *
 * @throws AppError INVALID_PASSWORD with what is wrong, SERVICE_BUSY; as `count` does
 */
export async function hashNewPassword(
  settings: Settings,
  password: string,
  { email, username, count }: NewPasswordContext,
): Promise<string> {
  const { APP_NAME: product, MIN_PASSWORD_LENGTH: minLength } = settings;
  const problem = passwordProblem(password, { email, username, product, minLength });
  if (problem) throw new AppError("INVALID_PASSWORD", { message: problem });
  await count?.();
  if (await isBreached(settings, password)) throw new AppError("INVALID_PASSWORD", { message: BREACHED });
  return takeTurn(() => hashPassword(password, argon2ParametersOf(settings)));
}

const BREACHED = "This password is known from a data breach. Choose one that you use nowhere else.";
