import { z } from "zod";
import { isMailer } from "./mail/binding.ts";
import { isQueue } from "./queue.ts";
import { ARGON2_LIMITS } from "./security/password.ts";
import { MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH } from "./security/password-rules.ts";
import { signingKeys } from "./security/signing-keys.ts";
import { wholeNumber } from "./whole-number.ts";

/** Prefix of secrets that are generated on a developer's machine. Production rejects them. */
export const LOCAL_SECRET_PREFIX = "local-";

const HOST_SAFE_NAME = /^[A-Za-z0-9_-]+$/;

const seconds = (fallback: number, { min = 1, max = 31_536_000 } = {}) =>
  wholeNumber(min, max).default(fallback);

const attempts = (fallback: number) => wholeNumber(1, 1_000_000).default(fallback);

/** At least 32 characters, of which enough differ: OWASP ASVS 5.0 11.2.3 requires 128 bits of security. */
const secret = z
  .string()
  .min(32, "must have at least 32 characters: try `openssl rand -base64 48`")
  .refine(
    (value) => new Set(value).size >= 10,
    "is too regular to be a secret: try `openssl rand -base64 48`",
  );

const origins = z
  .string()
  .default("")
  .transform((list) => list.split(",").flatMap((origin) => origin.trim() || []))
  .pipe(
    z.array(
      z.string().refine((origin) => URL.parse(origin)?.origin === origin && !origin.includes("*"), {
        error: "must be exact origins such as https://app.example.com, separated by commas",
      }),
    ),
  );

/** Host names without a port. IPv6 addresses are in brackets, as in a URL. */
const hosts = z
  .string()
  .default("")
  .transform((list) => list.split(",").flatMap((host) => host.trim().toLowerCase() || []))
  .pipe(
    z.array(
      z
        .string()
        .refine(
          (host) => URL.parse(`http://${host}`)?.host === host && !/[:*]/.test(host.replace(/^\[.*\]$/, "")),
          {
            error: "must be host names without a port, such as tracker.example.com, separated by commas",
          },
        ),
    ),
  );

const appUrl = z
  .url({ protocol: /^https?$/ })
  .refine((url) => !/[?#]/.test(url), "must have no query and no fragment")
  .transform((url) => url.replace(/\/+$/, ""));

/** `ada@example.com`, or `Ada <ada@example.com>` with a name that needs no quotation marks (RFC 5322 3.4). */
const MAILBOX = /^(?:[^\p{Cc}"(),.:;<>@[\\\]]+ <[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/u;

const SettingsSchema = z
  .object({
    ENVIRONMENT: z.enum(["development", "production"]).default("production"),
    APP_NAME: z.string().min(1).default("Productivity Tracker"),
    LOG_LEVEL: z.enum(["debug", "info", "warn", "error"]).default("info"),
    DEBUG: z.stringbool().default(false),

    DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: "must be a postgres:// URL" }),
    DATABASE_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
    DATABASE_TIMEOUT_MS: wholeNumber(100, 60_000).default(8_000),

    AUTH_SECRET: secret,
    AUTH_SECRET_PREVIOUS: secret.optional(),
    SIGNING_KEYS: signingKeys.default([]),
    JWT_ISSUER: z.string().min(1).default("productivity-tracker"),
    JWT_AUDIENCE: z.string().min(1).default("productivity-tracker-api"),
    PLAIN_ACCESS_TOKENS_UNTIL: z.iso.datetime({ offset: true }).default("2027-01-01T00:00:00Z"),
    ACCESS_TOKEN_TTL_SECONDS: seconds(15 * 60, { max: 86_400 }),
    REFRESH_TOKEN_TTL_SECONDS: seconds(7 * 86_400),
    SESSION_TTL_SECONDS: seconds(30 * 86_400),
    RECENT_AUTHENTICATION_SECONDS: seconds(10 * 60, { min: 30, max: 86_400 }),
    REFRESH_GRACE_SECONDS: seconds(30, { min: 0, max: 300 }),

    ACCESS_COOKIE_NAME: z.string().regex(HOST_SAFE_NAME).default("access_token"),
    REFRESH_COOKIE_NAME: z.string().regex(HOST_SAFE_NAME).default("refresh_token"),
    DEVICE_COOKIE_NAME: z.string().regex(HOST_SAFE_NAME).default("device"),
    COOKIE_SAME_SITE: z.enum(["Strict", "Lax", "None"]).default("Strict"),
    CORS_ORIGINS: origins,
    ALLOWED_HOSTS: hosts,

    PASSKEY_RP_ID: z
      .string()
      .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)*$/, "must be a domain such as example.com")
      .optional(),
    PASSKEY_ORIGINS: origins,

    LOGIN_MAX_FAILURES: wholeNumber(1, 100).default(10),
    LOGIN_FAILURE_WINDOW_SECONDS: seconds(15 * 60),
    LOGIN_MAX_FAILURES_PER_ACCOUNT: attempts(50),
    LOGIN_MAX_FAILURES_PER_ADDRESS: attempts(100),
    SIGN_IN_MAX_PER_ACCOUNT: attempts(60),
    REGISTER_MAX_PER_ADDRESS: attempts(100),
    REFRESH_MAX_PER_SESSION: attempts(100),
    MAIL_MAX_PER_ACCOUNT: attempts(5),
    MAIL_MAX_PER_ADDRESS: attempts(100),
    OWN_EVENTS_PER_HOUR: attempts(100),
    READS_PER_MINUTE: attempts(3_000),
    READS_BURST: attempts(6_000),
    WRITES_PER_MINUTE: attempts(600),
    WRITES_BURST: attempts(1_000),
    EVENTS_PER_MINUTE: attempts(6_000),
    EVENTS_BURST: attempts(100_000),

    MIN_PASSWORD_LENGTH: wholeNumber(MIN_PASSWORD_LENGTH, MAX_PASSWORD_LENGTH).default(MIN_PASSWORD_LENGTH),

    ARGON2_MEMORY_KIB: wholeNumber(7_168, ARGON2_LIMITS.memoryKib).default(19_456),
    ARGON2_ITERATIONS: wholeNumber(1, ARGON2_LIMITS.iterations).default(2),
    ARGON2_PARALLELISM: wholeNumber(1, ARGON2_LIMITS.parallelism).default(1),

    APP_URL: appUrl.optional(),
    MAIL_API_URL: z.url({ protocol: /^https?$/ }).optional(),
    MAIL_API_KEY: z.string().optional(),
    MAIL_FROM: z.string().regex(MAILBOX, "must be ada@example.com or Ada <ada@example.com>").optional(),
    MAILER: z.custom<SendEmail>(isMailer, "must be a binding of the kind send_email").optional(),

    BREACHED_PASSWORDS_URL: z.url({ protocol: /^https?$/ }).optional(),
    HEARTBEATS: z.custom<Queue>(isQueue, "must be a binding of the kind queues.producers").optional(),
    HEARTBEAT_RETENTION_DAYS: wholeNumber(31, 36_500).default(730),
    ERASURE_AFTER_DAYS: wholeNumber(1, 365).default(30),
    AUDIT_RETENTION_DAYS: wholeNumber(1, 36_500).default(365),

    SUPERUSER_EMAIL: z.string().optional(),
    SUPERUSER_USERNAME: z.string().optional(),
    SUPERUSER_PASSWORD: z.string().optional(),
  })
  .superRefine(({ ARGON2_MEMORY_KIB, ARGON2_ITERATIONS }, context) => {
    if (ARGON2_MEMORY_KIB * ARGON2_ITERATIONS <= ARGON2_LIMITS.workKib) return;
    const message = `times ARGON2_MEMORY_KIB must not exceed ${ARGON2_LIMITS.workKib}`;
    context.addIssue({ code: "custom", path: ["ARGON2_ITERATIONS"], message });
  })
  .superRefine((settings, context) => {
    const { MAILER, MAIL_API_URL, ENVIRONMENT } = settings;
    if (!MAILER && !MAIL_API_URL) return;
    const needed = {
      MAIL_FROM: true,
      MAIL_API_KEY: MAIL_API_URL !== undefined,
      // In production, links must not use the host name of the request, which a client can forge.
      APP_URL: ENVIRONMENT === "production",
    };
    for (const name of ["MAIL_FROM", "MAIL_API_KEY", "APP_URL"] as const) {
      if (needed[name] && settings[name] === undefined) {
        context.addIssue({ code: "custom", path: [name], message: "is required to send mail" });
      }
    }
  })
  .superRefine((settings, context) => {
    if (settings.ENVIRONMENT !== "production") return;
    for (const name of ["AUTH_SECRET", "AUTH_SECRET_PREVIOUS"] as const) {
      if (settings[name]?.startsWith(LOCAL_SECRET_PREFIX)) {
        context.addIssue({
          code: "custom",
          path: [name],
          message: "is a local secret: production requires its own",
        });
      }
    }
  });

/** All settings, by their names in the environment. */
export type Settings = z.output<typeof SettingsSchema>;

/** Error for invalid settings. Its message lists every problem by name, and never a value. */
export class SettingsError extends Error {
  override name = "SettingsError";
}

/**
 * Parses the settings in `environment` (a Worker's bindings, or a process's variables), and fills in defaults. Empty strings count as unset.
 *
 * @throws SettingsError with every setting that is missing, malformed or too weak
 */
export function parseSettings(environment: object): Settings {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([name, value]) => name in SettingsSchema.shape && value !== ""),
  );
  const result = SettingsSchema.safeParse(given);
  if (result.success) return result.data;
  throw new SettingsError(
    result.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; "),
  );
}

const parsed = new WeakMap<object, Settings>();

/** Returns the settings in a Worker's bindings, parsed once for each isolate. */
export function settingsOf(bindings: object): Settings {
  const settings = parsed.get(bindings) ?? parseSettings(bindings);
  parsed.set(bindings, settings);
  return settings;
}

/** Returns the configured cost of hashing a password. */
export const argon2ParametersOf = (settings: Settings) => ({
  memoryKib: settings.ARGON2_MEMORY_KIB,
  iterations: settings.ARGON2_ITERATIONS,
  parallelism: settings.ARGON2_PARALLELISM,
});
