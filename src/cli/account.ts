import { AppError } from "../core/errors.ts";
import { passwordProblem } from "../core/security/password-rules.ts";
import { Register } from "../features/auth/schemas.ts";
import { CliError } from "./output.ts";

export interface AccountInput {
  email: string | undefined;
  username: string | undefined;
  password: string | undefined;
}

/** What SUPERUSER_EMAIL, SUPERUSER_USERNAME and SUPERUSER_PASSWORD say. */
export function accountInEnvironment(environment: NodeJS.ProcessEnv = process.env): AccountInput {
  return {
    email: environment.SUPERUSER_EMAIL || undefined,
    username: environment.SUPERUSER_USERNAME || undefined,
    password: environment.SUPERUSER_PASSWORD || undefined,
  };
}

/** The account that `input` describes, by the rules of POST /auth/register. Throws CliError that says what is wrong. */
export function parseAccount(input: AccountInput): Register {
  const account = Register.safeParse(input);
  if (!account.success) {
    const problems = account.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
    throw new CliError(`This can't be an account. ${problems.join("; ")}`);
  }
  const problem = passwordProblem(account.data.password, account.data);
  if (problem) throw new CliError(problem);
  return account.data;
}

/** `error` as a person should read it, if it is one that a service throws on purpose. For `catch`. */
export function explainRefusal(error: unknown): never {
  const isOnPurpose = error instanceof AppError && !/^(DATABASE|INTERNAL)_/.test(error.code);
  throw isOnPurpose ? new CliError(error.message, { cause: error }) : error;
}
