import { describe, expect, it } from "vitest";
import { parseSettings } from "../../../src/core/config.ts";
import { cookiesOf, createTestApi, PASSWORD } from "../../support/api.ts";

describe("cookies", () => {
  it("follows the settings for names, scope and lifetime, also after a refresh [COOKIE-2]", async () => {
    const api = await createTestApi({
      ACCESS_COOKIE_NAME: "pass",
      REFRESH_COOKIE_NAME: "renewal",
      COOKIE_SAME_SITE: "Lax",
      ACCESS_TOKEN_TTL_SECONDS: "61",
      REFRESH_TOKEN_TTL_SECONDS: "3601",
    });
    const { username } = await api.signUp();
    const login = await api.call("POST", "/auth/login", { body: { username, password: PASSWORD } });
    const renewal = cookiesOf(login).renewal?.value;
    const refreshed = await api.call("POST", "/auth/refresh", { headers: { Cookie: `renewal=${renewal}` } });
    expect(refreshed.status).toBe(200);
    for (const answer of [login, refreshed]) {
      const { device: _, ...tokens } = cookiesOf(answer);
      expect(tokens).toEqual({
        pass: {
          value: answer.body.access_token,
          attributes: "Max-Age=61; Path=/; HttpOnly; SameSite=Lax",
        },
        renewal: {
          value: answer.body.refresh_token,
          attributes: "Max-Age=3601; Path=/; HttpOnly; SameSite=Lax",
        },
      });
    }
    expect(cookiesOf(login).device?.attributes).toMatch(/^Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(cookiesOf(refreshed)).not.toHaveProperty("device");
    const { pass } = cookiesOf(refreshed);
    const me = await api.call("GET", "/auth/me", { headers: { Cookie: `pass=${pass?.value}` } });
    expect(me.body).toMatchObject({ username });
  });

  it.each(["none at all", "strict", "Strict; Domain=example.com", "true"])(
    "rejects a SameSite setting of %j [COOKIE-1]",
    (value) => {
      const settings = {
        DATABASE_URL: "postgres://test:test@database.test/name",
        AUTH_SECRET: "8vJ2kPq0sT5xW7zB4nM1cR6yH9dF3gLa",
      };
      expect(() => parseSettings({ ...settings, COOKIE_SAME_SITE: value })).toThrow(/^COOKIE_SAME_SITE: /);
      expect(parseSettings(settings).COOKIE_SAME_SITE).toBe("Strict");
    },
  );
});
