import { parseSettings, type Settings, SettingsError } from "../core/config.ts";
import { keyRingOf } from "../core/security/keys.ts";
import { createSecret } from "./local/local-secret.ts";
import { CliError } from "./output.ts";

type Environment = Record<string, string | undefined>;

/**
 * Returns the settings of the environment for a command that already has a database and signs nothing. Its secret is random, so the
 * previous secret is left out: data sealed with that one would be sealed again with a key that is then lost.
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
 * Returns the settings of the environment, overridden by `given`, with the defaults of a developer's machine. Throws a CliError that
 * names invalid settings.
 */
export function settingsWith(given: Environment): Settings {
  try {
    return parseSettings(withoutEmpty({ ...process.env, ENVIRONMENT: "development", ...given }));
  } catch (cause) {
    return explain(cause);
  }
}

/** Throws CliError unless a Worker can sign with the keys of `settings`. */
export async function requireUsableKeys(settings: Settings): Promise<void> {
  await keyRingOf(settings).catch(explain);
}

/** Returns the settings as text by name, in the form of the bindings of a Worker. Settings that have no value are left out. */
export function bindingsWith(given: Environment): Record<string, string> {
  const names = Object.keys(settingsWith(given));
  const environment = withoutEmpty({ ...process.env, ENVIRONMENT: "development", ...given });
  return Object.fromEntries(Object.entries(environment).filter(([name]) => names.includes(name)));
}

function explain(cause: unknown): never {
  if (cause instanceof SettingsError) throw new CliError(`Invalid settings. ${cause.message}`, { cause });
  throw cause;
}

function withoutEmpty(environment: Environment): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => (value ? [[name, value] as const] : [])),
  );
}
