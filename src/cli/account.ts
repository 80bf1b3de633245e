import { AppError } from "../core/errors.ts";
import { passwordProblem } from "../core/security/password-rules.ts";
import { Register } from "../features/identity/auth/schemas.ts";
import { CliError } from "./output.ts";
import { readSettings } from "./settings.ts";

/** What is known of an account that somebody wants to have. */
export interface AccountInput {
  email: string | undefined;
  username: string | undefined;
  password: string | undefined;
}

/** What SUPERUSER_EMAIL, SUPERUSER_USERNAME and SUPERUSER_PASSWORD say. */
export function accountInEnvironment(): AccountInput {
  const { SUPERUSER_EMAIL, SUPERUSER_USERNAME, SUPERUSER_PASSWORD } = process.env;
  return {
    email: SUPERUSER_EMAIL || undefined,
    username: SUPERUSER_USERNAME || undefined,
    password: SUPERUSER_PASSWORD || undefined,
  };
}

/**
 * The account that `input` describes, by the rules of POST /auth/register. Throws CliError that says all that is wrong.
 */
export function parseAccount(input: AccountInput): Register {
  const problems = (["email", "username", "password"] as const).flatMap((field) => {
    const problem = problemWith(field, input);
    return problem ? `${field}: ${problem}` : [];
  });
  if (problems.length > 0) throw new CliError(`That can't be an account. ${problems.join("; ")}`);
  return Register.parse(input);
}

/** What is wrong with one field, in words for a person; undefined if nothing is. */
export function problemWith(field: keyof AccountInput, input: AccountInput): string | undefined {
  const value = input[field];
  if (!value) return "is missing";
  const parsed = Register.shape[field].safeParse(value);
  if (!parsed.success) return parsed.error.issues[0]?.message;
  if (field !== "password") return undefined;
  const { APP_NAME: product, MIN_PASSWORD_LENGTH: minLength } = readSettings();
  return passwordProblem(value, { ...input, product, minLength });
}

/** `error` as a person should read it, if it is one that a service throws on purpose. For `catch`. */
export function explainRefusal(error: unknown): never {
  const isOnPurpose = error instanceof AppError && !/^(DATABASE|INTERNAL)_/.test(error.code);
  throw isOnPurpose ? new CliError(error.message, { cause: error }) : error;
}
