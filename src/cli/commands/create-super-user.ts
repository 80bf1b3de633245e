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
import { DATA_DIR, requireDatabase, withDatabase } from "../local/connect.ts";
import { CliError, print, printDone, run } from "../output.ts";
import { readSettings } from "../settings.ts";
import { requireMigrated } from "../upkeep.ts";

const USAGE = "npm run create-super-user -- [--email EMAIL] [--username NAME] [--data DIR]";
const HELP = `Makes an account that may do everything. Asks for what it isn't told.

Usage: ${USAGE}

  --email EMAIL      or SUPERUSER_EMAIL in the environment
  --username NAME    or SUPERUSER_USERNAME
  --data DIR         where npm start keeps its data, if not in .data
  --help             shows this

The password is asked for, or taken from SUPERUSER_PASSWORD; there is no flag for it. The account is made
in the database that DATABASE_URL names; else in that of a running npm start; else in the one in .data.`;

const HOW_TO_GIVE = "use --email and --username, and SUPERUSER_PASSWORD in the environment.";

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
    // Before all that it asks.
    await requireDatabase(dataDir);
    await converse(given, dataDir);
  } else {
    throw new CliError(`There is no terminal to ask for ${listOf(missing)}: ${HOW_TO_GIVE}`);
  }
});

function parseArguments() {
  if (process.argv.slice(2).some((argument) => /^--password(=|$)/.test(argument))) {
    throw new CliError(
      "A password is not given as a flag, where others can see it: leave it out to be asked, or set SUPERUSER_PASSWORD.",
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

/** Asks for what is missing, and shows what goes on. */
async function converse(given: AccountInput, dataDir: string): Promise<void> {
  intro("A new superuser");
  const input = { ...given };
  input.email ??= await ask(text, "Email", (email) => problemWith("email", { ...input, email }));
  input.username ??= await ask(text, "Username", (username) =>
    problemWith("username", { ...input, username }),
  );
  if (input.password === undefined) {
    input.password = await ask(password, "Password", (secret) =>
      problemWith("password", { ...input, password: secret }),
    );
    await ask(password, "The password again", (secret) =>
      secret === input.password ? undefined : "is not the same",
    );
  }
  const account = parseAccount(input);
  const progress = spinner();
  progress.start("Making the account");
  try {
    progress.stop(await create(account, dataDir));
  } catch (error) {
    progress.error("No account was made");
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
  cancel("Cancelled");
  throw new CliError("No account was made.");
}

/** Makes the account, and returns what was made, for a person. */
async function create(account: Register, dataDir: string): Promise<string> {
  const settings = readSettings();
  return withDatabase(
    async (db: Database, description) => {
      await requireMigrated(db);
      const { value: created } = await createUser({ db, settings }, account, { isSuperuser: true }).catch(
        explainRefusal,
      );
      if (!created.is_superuser) throw new CliError(`${created.username} was made, but is no superuser.`);
      return `${created.username} <${created.email}> is a superuser now: ${description}`;
    },
    { dataDir },
  );
}

function listOf(names: string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
