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
  it("have safe defaults", () => {
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

  it("name every problem at once, and repeat no value", () => {
    const problems = problemsOf({
      DATABASE_URL: "mysql://root:hunter2@x",
      AUTH_SECRET: "hunter2",
      LOG_LEVEL: "loud",
    });
    for (const name of ["DATABASE_URL", "AUTH_SECRET", "LOG_LEVEL"]) expect(problems).toContain(name);
    expect(problems).not.toContain("hunter2");
  });

  it("refuse a weak or regular secret everywhere, and a local one in production", () => {
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

  it("bound the cost of a hash, by what a verification will accept", () => {
    expect(problemsOf({ ...VALID, ARGON2_MEMORY_KIB: "65536", ARGON2_ITERATIONS: "4" })).toBe("");
    expect(problemsOf({ ...VALID, ARGON2_MEMORY_KIB: "65536", ARGON2_ITERATIONS: "5" })).toContain("ARGON2");
    expect(problemsOf({ ...VALID, ARGON2_MEMORY_KIB: "1024" })).toContain("ARGON2_MEMORY_KIB");
  });

  it("take exact origins for CORS and nothing looser", () => {
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
});
