import { parseSettings, type Settings, SettingsError } from "../core/config.ts";
import { keyRingOf } from "../core/security/keys.ts";
import { createSecret } from "./local/local-secret.ts";
import { CliError } from "./output.ts";

type Environment = Record<string, string | undefined>;

/**
 * Returns the settings of the environment for a command, which has a database already and signs nothing. Its secret is made up, so
 * it has no previous one either: what that sealed would be sealed again with a key that is then lost.
 */
export function readSettings(): Settings {
  return settingsWith({
    AUTH_SECRET: createSecret(),
    AUTH_SECRET_PREVIOUS: undefined,
    DATABASE_URL: "postgres://none",
    DATABASE_ENDPOINT: undefined,
  });
}

/**
 * The settings of the environment with `given` over them, those of a developer's machine. Throws CliError that names
 * what can't be used.
 */
export function settingsWith(given: Environment): Settings {
  try {
    return parseSettings(withoutEmpty({ ...process.env, ENVIRONMENT: "development", ...given }));
  } catch (cause) {
    return explain(cause);
  }
}

/** Throws CliError unless a Worker could sign with the keys of `settings`. */
export async function requireUsableKeys(settings: Settings): Promise<void> {
  await keyRingOf(settings).catch(explain);
}

/** The same settings as text, by name, as a Worker is given them; what has its default value is left out. */
export function bindingsWith(given: Environment): Record<string, string> {
  const names = Object.keys(settingsWith(given));
  const environment = withoutEmpty({ ...process.env, ENVIRONMENT: "development", ...given });
  return Object.fromEntries(Object.entries(environment).filter(([name]) => names.includes(name)));
}

function explain(cause: unknown): never {
  if (cause instanceof SettingsError)
    throw new CliError(`The settings can't be used: ${cause.message}`, { cause });
  throw cause;
}

function withoutEmpty(environment: Environment): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => (value ? [[name, value] as const] : [])),
  );
}
