import { cancel, intro, isCancel, outro, password, spinner, text } from "@clack/prompts";
import type { Database } from "../database/client.ts";
import type { Register } from "../features/identity/auth/schemas.ts";
import { createUser } from "../features/identity/users/service.ts";
import {
  type AccountInput,
  accountInEnvironment,
  explainRefusal,
  parseAccount,
  problemWith,
} from "./account.ts";
import { HELP_FLAG } from "./flags.ts";
import { CliError, printDone } from "./output.ts";
import { readSettings } from "./settings.ts";

/** Flags of the command `create-super-user`. */
export const SUPERUSER_FLAGS = {
  email: { type: "string" },
  username: { type: "string" },
  ...HELP_FLAG,
} as const;

/** Usage of these flags. */
export const SUPERUSER_USAGE = "[--email EMAIL] [--username NAME]";

/** Returns the help of the command with `usage`; `more` describes further flags. */
export const describeCreation = (usage: string, more: string, database: string) =>
  `Creates an account with all permissions, and asks for values that are not given.

Usage: ${usage}

  --email EMAIL      email address of the account (default: SUPERUSER_EMAIL)
  --username NAME    username of the account (default: SUPERUSER_USERNAME)
${more}  --help             show this help

The password is read from SUPERUSER_PASSWORD or asked for, and never given as a flag.

${database}`;

const HOW_TO_GIVE = "Use --email and --username, and set SUPERUSER_PASSWORD.";

/** The database of the command. */
export interface CommandDatabase {
  /** Rejects with CliError if the database is missing, before the first question rather than after the last. */
  require(): Promise<void>;
  /** Runs `work` on the migrated database, with its description. */
  use<Result>(work: (db: Database, description: string) => Promise<Result>): Promise<Result>;
}

/** Throws CliError if `args` have a password. */
export function refusePassword(args: string[]): void {
  if (!args.some((argument) => /^--password(=|$)/.test(argument))) return;
  throw new CliError(
    "--password is not a flag: other users of this machine could read it. Omit it to be asked, or set SUPERUSER_PASSWORD.",
  );
}

/**
 * Creates a superuser from the values of the flags and of `environment`, and asks for others on a terminal.
 *
 * @throws CliError for invalid or missing values, and if the account exists
 */
export async function createSuperuser(
  { email, username }: { email?: string | undefined; username?: string | undefined },
  environment: Record<string, string | undefined>,
  database: CommandDatabase,
): Promise<void> {
  const described = accountInEnvironment(environment);
  const given = {
    ...described,
    email: email ?? described.email,
    username: username ?? described.username,
  };
  const missing = Object.entries(given).flatMap(([name, value]) => (value === undefined ? name : []));
  if (missing.length === 0) {
    printDone(await create(parseAccount(given), database));
  } else if (process.stdin.isTTY && process.stdout.isTTY) {
    await database.require();
    await converse(given, database);
  } else {
    throw new CliError(`Missing ${listOf(missing)}, and no terminal to ask. ${HOW_TO_GIVE}`);
  }
}

/** Asks for missing values, creates the account, and shows the progress. */
async function converse(given: AccountInput, database: CommandDatabase): Promise<void> {
  intro("Create a superuser");
  const input = { ...given };
  input.email ??= await ask(text, "Email", (email) => problemWith("email", { ...input, email }));
  input.username ??= await ask(text, "Username", (username) =>
    problemWith("username", { ...input, username }),
  );
  if (input.password === undefined) {
    input.password = await ask(password, "Password", (secret) =>
      problemWith("password", { ...input, password: secret }),
    );
    await ask(password, "Confirm the password", (secret) =>
      secret === input.password ? undefined : "Passwords don't match",
    );
  }
  const account = parseAccount(input);
  const progress = spinner();
  progress.start("Creating the account");
  try {
    progress.stop(await create(account, database));
  } catch (error) {
    progress.error("No account was created");
    throw error;
  }
  outro("Sign in with POST /auth/login");
}

type Prompt = (options: {
  message: string;
  validate: Validate;
  clearOnError: boolean;
}) => Promise<string | symbol>;
type Validate = (value: string | undefined) => string | undefined;

async function ask(prompt: Prompt, message: string, validate: Validate): Promise<string> {
  const answer = await prompt({ message, validate, clearOnError: prompt === password });
  if (!isCancel(answer) && typeof answer === "string") return answer;
  cancel("Canceled");
  throw new CliError("No account was created.");
}

/** Creates the account, and returns a line to print. */
async function create(account: Register, database: CommandDatabase): Promise<string> {
  const settings = readSettings();
  return database.use(async (db, description) => {
    const { value: created } = await createUser({ db, settings }, account, { isSuperuser: true }).catch(
      explainRefusal,
    );
    if (!created.is_superuser) throw new CliError(`${created.username} was created, but is not a superuser.`);
    return `${created.username} <${created.email}> is now a superuser: ${description}`;
  });
}

function listOf(names: string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
