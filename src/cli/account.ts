import { AppError } from "../core/errors.ts";
import { passwordProblem } from "../core/security/password-rules.ts";
import { Register } from "../features/identity/auth/schemas.ts";
import { CliError } from "./output.ts";
import { readSettings } from "./settings.ts";

/** Values for a new account, before validation. */
export interface AccountInput {
  email: string | undefined;
  username: string | undefined;
  password: string | undefined;
}

/** Returns the account that SUPERUSER_EMAIL, SUPERUSER_USERNAME and SUPERUSER_PASSWORD in `environment` describe. */
export function accountInEnvironment(
  environment: Record<string, string | undefined> = process.env,
): AccountInput {
  const { SUPERUSER_EMAIL, SUPERUSER_USERNAME, SUPERUSER_PASSWORD } = environment;
  return {
    email: SUPERUSER_EMAIL || undefined,
    username: SUPERUSER_USERNAME || undefined,
    password: SUPERUSER_PASSWORD || undefined,
  };
}

/** Validates `input` by the rules of POST /auth/register. Throws a CliError that lists every problem. */
export function parseAccount(input: AccountInput): Register {
  const problems = (["email", "username", "password"] as const).flatMap((field) => {
    const problem = problemWith(field, input);
    return problem ? `${field}: ${problem}` : [];
  });
  if (problems.length > 0) throw new CliError(`Invalid account details. ${problems.join("; ")}`);
  return Register.parse(input);
}

/** Describes the problem with one field. Returns undefined if the field is valid. */
export function problemWith(field: keyof AccountInput, input: AccountInput): string | undefined {
  const value = input[field];
  if (!value) return "is required";
  const parsed = Register.shape[field].safeParse(value);
  if (!parsed.success) return parsed.error.issues[0]?.message;
  if (field !== "password") return undefined;
  const { APP_NAME: product, MIN_PASSWORD_LENGTH: minLength } = readSettings();
  return passwordProblem(value, { ...input, product, minLength });
}

/** Rethrows an error that a service throws on purpose as a CliError, and any other error unchanged. For `catch`. */
export function explainRefusal(error: unknown): never {
  const isOnPurpose = error instanceof AppError && !/^(DATABASE|INTERNAL)_/.test(error.code);
  throw isOnPurpose ? new CliError(error.message, { cause: error }) : error;
}
