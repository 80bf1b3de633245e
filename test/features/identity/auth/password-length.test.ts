import { describe, expect, it } from "vitest";
import { parseSettings, SettingsError } from "../../../../src/core/config.ts";
import { createTestApi } from "../../../support/api.ts";

interface Document {
  components: { schemas: { Register: { properties: { password: { description: string } } } } };
}

describe("MIN_PASSWORD_LENGTH", () => {
  it("sets the minimum length of a new password, in errors and in the OpenAPI document", async () => {
    const api = await createTestApi({ MIN_PASSWORD_LENGTH: "15" });
    const register = (password: string) => {
      const username = `user-${crypto.randomUUID()}`;
      const body = { username, email: `${username}@example.com`, password };
      return api.call("POST", "/auth/register", { body });
    };
    expect(await register("kzqwvxjpbmdgh1")).toMatchObject({
      status: 422,
      body: { error: "INVALID_PASSWORD", message: "Use at least 15 characters." },
    });
    expect((await register("kzqwvxjpbmdgh12")).status).toBe(201);
    const { body } = await api.call<Document>("GET", "/openapi.json");
    expect(body.components.schemas.Register.properties.password.description).toMatch(/^15 to 128 characters/);
  });

  it.each(["change", "reset"])("applies to a password %s", async (way) => {
    const api = await createTestApi({ MIN_PASSWORD_LENGTH: "20" });
    const user = await api.signUp();
    const answer =
      way === "change"
        ? await api.call("PUT", "/auth/me/password", {
            token: user.access,
            body: { current_password: user.password, new_password: "kzqwvxjpbmdgh12345" },
          })
        : await resetOf(api, user.email);
    expect(answer).toMatchObject({ status: 422, body: { message: "Use at least 20 characters." } });
  });

  it("is 8 by default, and must be 8 to 128", () => {
    const settings = {
      DATABASE_URL: "postgres://a:b@c/d",
      AUTH_SECRET: "Z1y2X3w4V5u6T7s8R9q0P1o2N3m4L5k6",
    };
    expect(parseSettings(settings).MIN_PASSWORD_LENGTH).toBe(8);
    for (const MIN_PASSWORD_LENGTH of ["7", "129", "x", "8.5"]) {
      expect(() => parseSettings({ ...settings, MIN_PASSWORD_LENGTH })).toThrow(SettingsError);
    }
  });
});

async function resetOf(api: Awaited<ReturnType<typeof createTestApi>>, email: string) {
  await api.call("POST", "/auth/password/forgot", { body: { email } });
  const body = { token: await api.mailedToken(email), new_password: "kzqwvxjpbmdgh12345" };
  return api.call("POST", "/auth/password/reset", { body });
}
