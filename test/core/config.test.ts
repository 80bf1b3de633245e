import { describe, expect, it } from "vitest";
import { parseSettings, SettingsError } from "../../src/core/config.ts";

const VALID = {
  DATABASE_URL: "postgres://user:pass@host.example/db",
  AUTH_SECRET: "8vJ2kPq0sT5xW7zB4nM1cR6yH9dF3gLa",
};

const problemsOf = (settings: object) => {
  try {
    parseSettings(settings);
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
  return "";
};

describe("settings", () => {
  it("has safe defaults", () => {
    expect(parseSettings(VALID)).toMatchObject({
      ENVIRONMENT: "production",
      DEBUG: false,
      ACCESS_TOKEN_TTL_SECONDS: 900,
      REFRESH_TOKEN_TTL_SECONDS: 604_800,
      COOKIE_SAME_SITE: "Strict",
      CORS_ORIGINS: [],
      ARGON2_MEMORY_KIB: 19_456,
    });
  });

  it("names every problem in one error, and repeats no value", () => {
    const problems = problemsOf({
      DATABASE_URL: "mysql://root:hunter2@x",
      AUTH_SECRET: "hunter2",
      LOG_LEVEL: "loud",
    });
    for (const name of ["DATABASE_URL", "AUTH_SECRET", "LOG_LEVEL"]) expect(problems).toContain(name);
    expect(problems).not.toContain("hunter2");
  });

  it("rejects a weak or regular secret everywhere, and a local secret in production", () => {
    expect(problemsOf({ ...VALID, AUTH_SECRET: undefined })).toContain("AUTH_SECRET");
    expect(problemsOf({ ...VALID, AUTH_SECRET: "" })).toContain("AUTH_SECRET");
    expect(problemsOf({ ...VALID, AUTH_SECRET: "short" })).toContain("AUTH_SECRET");
    expect(problemsOf({ ...VALID, AUTH_SECRET: "ab".repeat(32) })).toContain("AUTH_SECRET");
    const local = { ...VALID, AUTH_SECRET: `local-${VALID.AUTH_SECRET}` };
    expect(problemsOf(local)).toContain("AUTH_SECRET");
    expect(problemsOf({ ...local, ENVIRONMENT: "development" })).toBe("");
    expect(problemsOf({ ...VALID, AUTH_SECRET_PREVIOUS: local.AUTH_SECRET })).toContain(
      "AUTH_SECRET_PREVIOUS",
    );
  });

  describe("SIGNING_KEYS", () => {
    const number = "weHsOaXZxOYnP-z8vz1UbEiPaJlMEcrVGdYoo4-lVDQ";
    const KEY = { kty: "EC", crv: "P-256", kid: "a", x: number, y: number, d: number };
    const problemsWith = (...keys: object[]) =>
      problemsOf({ ...VALID, SIGNING_KEYS: JSON.stringify({ keys }) });

    it("accepts a JWK Set of private P-256 keys, and signs with the first", () => {
      const keys = [KEY, { ...KEY, kid: "b", alg: "ES256", use: "sig", ext: true, key_ops: ["sign"] }];
      const settings = { ...VALID, SIGNING_KEYS: JSON.stringify({ keys }) };
      expect(parseSettings(settings).SIGNING_KEYS.map(({ kid }) => kid)).toEqual(["a", "b"]);
    });

    it.each<[string, object[], string]>([
      ["none", [], "keys"],
      ["an RSA key", [{ kty: "RSA", kid: "a", n: number, e: "AQAB", d: number }], "keys.0.kty"],
      ["a secret", [{ kty: "oct", kid: "a", k: number }], "keys.0.kty"],
      ["another curve", [{ ...KEY, crv: "P-384" }], "keys.0.crv"],
      ["another algorithm", [{ ...KEY, alg: "HS256" }], "keys.0.alg"],
      ["another use", [{ ...KEY, use: "enc" }], "keys.0.use"],
      ["no kid", [{ ...KEY, kid: undefined }], "keys.0.kid"],
      ["a public key", [KEY, { ...KEY, kid: "b", d: undefined }], "keys.1.d"],
      ["a key that is too short", [{ ...KEY, d: number.slice(0, -2) }], "keys.0.d"],
      ["a key in another spelling", [{ ...KEY, d: `${number.slice(0, -1)}R` }], "keys.0.d"],
      ["a key that is too regular", [{ ...KEY, d: `${"A".repeat(42)}E` }], "keys.0.d"],
      ["two keys of one name", [KEY, KEY], "must not contain two keys with the same kid"],
      ["too many", Array.from({ length: 11 }, (_, index) => ({ ...KEY, kid: String(index) })), "keys"],
    ])("rejects %s", (_, keys, problem) => {
      expect(problemsWith(...keys)).toContain("SIGNING_KEYS");
      expect(problemsWith(...keys)).toContain(problem);
      expect(problemsWith(...keys)).not.toContain(number);
    });

    it("rejects text that is not a JWK Set", () => {
      for (const text of ["hunter2", "[]", "null", '{"keys":"hunter2"}']) {
        expect(problemsOf({ ...VALID, SIGNING_KEYS: text })).toContain("SIGNING_KEYS");
        expect(problemsOf({ ...VALID, SIGNING_KEYS: text })).not.toContain("hunter2");
      }
      expect(parseSettings({ ...VALID, SIGNING_KEYS: "" }).SIGNING_KEYS).toEqual([]);
    });
  });

  it("bounds the cost of a hash by the limits of verification", () => {
    expect(problemsOf({ ...VALID, ARGON2_MEMORY_KIB: "65536", ARGON2_ITERATIONS: "4" })).toBe("");
    expect(problemsOf({ ...VALID, ARGON2_MEMORY_KIB: "65536", ARGON2_ITERATIONS: "5" })).toContain("ARGON2");
    expect(problemsOf({ ...VALID, ARGON2_MEMORY_KIB: "1024" })).toContain("ARGON2_MEMORY_KIB");
  });

  it.each(["0x10", " 50", "1e2", "+50", "５０", "5_0", "50.0", "many"])(
    "rejects a number written as %j",
    (text) => {
      const names = Object.entries(parseSettings(VALID)).flatMap(([name, value]) =>
        typeof value === "number" ? [name] : [],
      );
      expect(names.length).toBeGreaterThan(25);
      for (const name of names) {
        expect(problemsOf({ ...VALID, [name]: text })).toBe(
          `${name}: must be a whole number in decimal digits, such as 5`,
        );
      }
    },
  );

  it("accepts a number as text or, as in wrangler.toml, as a number", () => {
    expect(parseSettings({ ...VALID, READS_BURST: "50" }).READS_BURST).toBe(50);
    expect(parseSettings({ ...VALID, READS_BURST: 50 }).READS_BURST).toBe(50);
    expect(problemsOf({ ...VALID, READS_BURST: true })).toContain("READS_BURST: must be a whole number");
  });

  it("accepts only exact origins for CORS", () => {
    const origins = "https://app.example.com, http://localhost:5173";
    expect(parseSettings({ ...VALID, CORS_ORIGINS: origins }).CORS_ORIGINS).toEqual([
      "https://app.example.com",
      "http://localhost:5173",
    ]);
    for (const wrong of [
      "*",
      "https://*.example.com",
      "https://app.example.com/",
      "app.example.com",
      "null",
    ]) {
      expect(problemsOf({ ...VALID, CORS_ORIGINS: wrong })).toContain("CORS_ORIGINS");
    }
  });

  it("requires every setting that sending mail needs", () => {
    const provider = { MAIL_API_URL: "https://api.resend.com/emails", MAIL_API_KEY: "key" };
    const mail = { ...provider, MAIL_FROM: "Ada <ada@example.com>", APP_URL: "https://app.example.com" };
    expect(problemsOf({ ...VALID, ...mail })).toBe("");
    for (const name of ["MAIL_API_KEY", "MAIL_FROM", "APP_URL"]) {
      expect(problemsOf({ ...VALID, ...mail, [name]: "" })).toBe(`${name}: is required to send mail`);
    }
    const { APP_URL: _, ...local } = mail;
    expect(problemsOf({ ...VALID, ...local, ENVIRONMENT: "development" })).toBe("");
    const mailer = { MAILER: { send: async () => {} }, MAIL_FROM: "ada@example.com" };
    expect(problemsOf({ ...VALID, ...mailer })).toBe("APP_URL: is required to send mail");
    expect(problemsOf({ ...VALID, MAILER: "text" })).toContain("MAILER");
  });

  it("accepts only a queue as the binding for heartbeats", () => {
    const queue = { send: async () => {}, sendBatch: async () => {} };
    expect(parseSettings({ ...VALID, HEARTBEATS: queue }).HEARTBEATS).toBe(queue);
    for (const other of ["heartbeats", null, {}, { send: queue.send }]) {
      expect(problemsOf({ ...VALID, HEARTBEATS: other })).toContain("HEARTBEATS");
    }
  });

  it("accepts a sender with a plain name, and an APP_URL without a query", () => {
    for (const MAIL_FROM of ["ada@localhost", "Ada Löve <ada@example.com>"]) {
      expect(problemsOf({ ...VALID, MAIL_FROM })).toBe("");
    }
    for (const MAIL_FROM of [
      "Ada",
      "<ada@x.com>",
      'A "B" <a@x.com>',
      "A\r\nBcc: e@x.com <a@x.com>",
      "a@x.com, b@x.com",
    ]) {
      expect(problemsOf({ ...VALID, MAIL_FROM }), MAIL_FROM).toContain("MAIL_FROM");
    }
    expect(parseSettings({ ...VALID, APP_URL: "https://a.example/app//" }).APP_URL).toBe(
      "https://a.example/app",
    );
    for (const APP_URL of [
      "a.example",
      "javascript:alert(1)",
      "https://a.example/?x",
      "https://a.example/#x",
    ]) {
      expect(problemsOf({ ...VALID, APP_URL }), APP_URL).toContain("APP_URL");
    }
  });
});
