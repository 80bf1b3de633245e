import { cancel, intro, isCancel, outro, password, spinner, text } from "@clack/prompts";
import type { Database } from "../../database/client.ts";
import type { Register } from "../../features/identity/auth/schemas.ts";
import { createUser } from "../../features/identity/users/service.ts";
import {
  type AccountInput,
  accountInEnvironment,
  explainRefusal,
  parseAccount,
  problemWith,
} from "../account.ts";
import { parseDataDir, parseFlags } from "../flags.ts";
import { requireDatabase, withDatabase } from "../local/connect.ts";
import { DATA_DIR } from "../local/data-directory.ts";
import { CliError, print, printDone, run } from "../output.ts";
import { readSettings } from "../settings.ts";
import { requireMigrated } from "../upkeep.ts";

const USAGE = "npm run create-super-user -- [--email EMAIL] [--username NAME] [--data DIR]";
const HELP = `Creates an account with all permissions, and asks for values that are not given.

Usage: ${USAGE}

  --email EMAIL      email address of the account (default: SUPERUSER_EMAIL)
  --username NAME    username of the account (default: SUPERUSER_USERNAME)
  --data DIR         data directory of npm start (default: .data)
  --help             show this help

The password is read from SUPERUSER_PASSWORD or asked for, and never given as a flag.

Uses the database in DATABASE_URL, if set; otherwise that of a running npm start, or the one in the data directory.`;

const HOW_TO_GIVE = "Use --email and --username, and set SUPERUSER_PASSWORD.";

await run(async () => {
  const { email, username, data, help } = parseArguments();
  if (help) return print(HELP);
  const environment = accountInEnvironment();
  const given = {
    ...environment,
    email: email ?? environment.email,
    username: username ?? environment.username,
  };
  const missing = Object.entries(given).flatMap(([name, value]) => (value === undefined ? name : []));
  const dataDir = parseDataDir(data, USAGE);
  if (missing.length === 0) {
    const account = parseAccount(given);
    printDone(await create(account, dataDir));
  } else if (process.stdin.isTTY && process.stdout.isTTY) {
    // Fails before the first question rather than after the last.
    await requireDatabase(dataDir);
    await converse(given, dataDir);
  } else {
    throw new CliError(`Missing ${listOf(missing)}, and no terminal to ask. ${HOW_TO_GIVE}`);
  }
});

function parseArguments() {
  if (process.argv.slice(2).some((argument) => /^--password(=|$)/.test(argument))) {
    throw new CliError(
      "--password is not a flag: other users of this machine could read it. Omit it to be asked, or set SUPERUSER_PASSWORD.",
    );
  }
  return parseFlags(
    {
      email: { type: "string" },
      username: { type: "string" },
      data: { type: "string", default: DATA_DIR },
      help: { type: "boolean", default: false },
    },
    USAGE,
  );
}

/** Asks for missing values, creates the account, and shows the progress. */
async function converse(given: AccountInput, dataDir: string): Promise<void> {
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
    progress.stop(await create(account, dataDir));
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
async function create(account: Register, dataDir: string): Promise<string> {
  const settings = readSettings();
  return withDatabase(
    async (db: Database, description) => {
      await requireMigrated(db);
      const { value: created } = await createUser({ db, settings }, account, { isSuperuser: true }).catch(
        explainRefusal,
      );
      if (!created.is_superuser)
        throw new CliError(`${created.username} was created, but is not a superuser.`);
      return `${created.username} <${created.email}> is now a superuser: ${description}`;
    },
    { dataDir },
  );
}

function listOf(names: string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
