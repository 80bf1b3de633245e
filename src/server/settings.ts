import { z } from "zod";
import { CliError } from "../cli/output.ts";
import { parseSettings, type Settings, SettingsError } from "../core/config.ts";
import { keyRingOf } from "../core/security/keys.ts";
import { wholeNumber } from "../core/whole-number.ts";
import { isLoopback, type Networks, parseAddress, parseNetworks } from "./addresses.ts";
import { RUNTIME_URL } from "./database.ts";
import { type Environment, readSettingFiles } from "./setting-files.ts";
import { createMailer, parseSmtpUrl } from "./smtp.ts";

const postgresUrl = z.url({ protocol: /^postgres(ql)?$/, error: "must be a postgres:// URL" });

const NO_NETWORKS: Networks = { contain: () => false };

const ServerSchema = z.object({
  HOST: z
    .string()
    .refine(
      (host) => host === "localhost" || parseAddress(host) === host,
      "must be an IP address, such as 0.0.0.0",
    )
    .default("127.0.0.1"),
  PORT: wholeNumber(0, 65_535).default(8_500),
  TRUSTED_PROXIES: z
    .string()
    .transform((list, context) => {
      const networks = list === "none" ? NO_NETWORKS : parseNetworks(list);
      if (networks) return networks;
      context.addIssue("must be addresses or networks such as 10.0.0.0/8, separated by commas, or none");
      return z.NEVER;
    })
    .optional(),
  DATABASE_URL: postgresUrl,
  DATABASE_CONNECTIONS: wholeNumber(1, 1_000).default(20),
  MIGRATION_DATABASE_URL: postgresUrl.optional(),
  SMTP_URL: z
    .string()
    .transform((url, context) => {
      const server = parseSmtpUrl(url);
      if (server) return server;
      context.addIssue("must look like smtp://user:password@host:587 or smtps://user:password@host:465");
      return z.NEVER;
    })
    .optional(),
  METRICS_TOKEN: z.string().min(16, "must have at least 16 characters").optional(),
});

/** Returns the problems of settings that depend on each other. Zod would check these only after all other settings are valid. */
function problemsBetween({
  ENVIRONMENT,
  HOST,
  TRUSTED_PROXIES,
  SMTP_URL,
  MAIL_API_URL,
}: Environment): string[] {
  const isPublic = HOST !== undefined && !isLoopback(HOST);
  return [
    ...(ENVIRONMENT !== "development" && isPublic && TRUSTED_PROXIES === undefined
      ? [
          "TRUSTED_PROXIES: is required if HOST is not loopback: name the networks of the reverse proxies, or none",
        ]
      : []),
    ...(SMTP_URL && MAIL_API_URL ? ["SMTP_URL: excludes MAIL_API_URL: set one of them"] : []),
  ];
}

/** Settings of the server itself. */
export interface ServerSettings {
  host: string;
  port: number;
  proxies: Networks;
  databaseUrl: string;
  /** Maximum number of connections to the database. */
  databaseConnections: number;
  /** URL of the role that owns the tables; undefined if the server does not migrate. */
  migrationDatabaseUrl: string | undefined;
  /** Token that /metrics requires; undefined if there are no metrics. */
  metricsToken: string | undefined;
  /** Bindings of the application. */
  bindings: Record<string, unknown>;
  /** Settings of the application, parsed from `bindings`. */
  settings: Settings;
}

/**
 * Returns the settings in `variables`.
 *
 * @throws CliError that lists every invalid setting by name, and never a value
 */
export async function readServerSettings(variables: Environment): Promise<ServerSettings> {
  const { environment, problems } = readSettingFiles(variables);
  const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value));
  const server = ServerSchema.safeParse(present);
  if (!server.success)
    problems.push(...server.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`));
  problems.push(...problemsBetween(present));
  const bindings = bindingsFrom(present, server.data);
  const settings = await parseApplicationSettings(bindings, problems);
  if (!server.success || !settings || problems.length > 0)
    throw new CliError(`Invalid settings. ${[...new Set(problems)].join("; ")}`);
  const { data } = server;
  return {
    host: data.HOST,
    port: data.PORT,
    proxies: data.TRUSTED_PROXIES ?? NO_NETWORKS,
    databaseUrl: data.DATABASE_URL,
    databaseConnections: data.DATABASE_CONNECTIONS,
    migrationDatabaseUrl: data.MIGRATION_DATABASE_URL,
    metricsToken: data.METRICS_TOKEN,
    bindings,
    settings,
  };
}

/** Returns the bindings of the application: the settings as text, the pool of connections as its database, and the SMTP server as MAILER. */
function bindingsFrom(
  present: Environment,
  server: z.output<typeof ServerSchema> | undefined,
): Record<string, unknown> {
  const { DATABASE_URL, DATABASE_ENDPOINT: _, HEARTBEATS: __, MAILER: ___, ...others } = present;
  const isProduction = present.ENVIRONMENT !== "development";
  return {
    ...others,
    ...(DATABASE_URL && { DATABASE_URL: server ? RUNTIME_URL : DATABASE_URL }),
    ...(server?.SMTP_URL && { MAILER: createMailer(server.SMTP_URL, { isProduction }) }),
  };
}

/** Returns the parsed settings, or undefined after adding the problems with them to `problems`. */
async function parseApplicationSettings(bindings: object, problems: string[]): Promise<Settings | undefined> {
  try {
    const settings = parseSettings(bindings);
    await keyRingOf(settings);
    return settings;
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    problems.push(...error.message.split("; "));
    return undefined;
  }
}
