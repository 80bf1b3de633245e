import { describe, expect, it } from "vitest";
import { createTestApi } from "../../../support/api.ts";

type Settings = Record<"can_send_mail" | "can_use_passkeys", boolean> & Record<string, unknown>;

describe("GET /auth/settings", () => {
  const settingsOf = async (bindings: Record<string, unknown>, headers: Record<string, string> = {}) => {
    const api = await createTestApi(bindings);
    return (await api.call<Settings>("GET", "/auth/settings", { headers })).body;
  };
  const NO_MAIL = { MAIL_API_URL: "", MAIL_API_KEY: "", MAIL_FROM: "" };

  it("says how users can sign up and sign in, without a query to the database", async () => {
    const api = await createTestApi({ APP_NAME: "Tracker", MIN_PASSWORD_LENGTH: "15" });
    const trips = await api.roundTripsOf(async () => {
      const { status, body } = await api.call("GET", "/auth/settings");
      expect(status).toBe(200);
      expect(body).toEqual({
        app_name: "Tracker",
        can_sign_up: true,
        can_send_mail: true,
        can_use_passkeys: false,
        password: { min_length: 15, max_length: 128, is_checked_for_breaches: false },
      });
    });
    expect(trips).toBe(0);
  });

  it("says whether the deployment can send mail", async () => {
    expect((await settingsOf(NO_MAIL)).can_send_mail).toBe(false);
  });

  it("says whether passwords are checked for breaches", async () => {
    const settings = await settingsOf({ BREACHED_PASSWORDS_URL: "https://breached.test/range" });
    expect(settings.password).toMatchObject({ is_checked_for_breaches: true });
  });

  it("allows passkeys to pages of the origins that may use them", async () => {
    const own = { APP_URL: "http://api.test" };
    expect((await settingsOf(own)).can_use_passkeys).toBe(true);
    const listed = { PASSKEY_RP_ID: "test", PASSKEY_ORIGINS: "https://front.test" };
    expect((await settingsOf(listed)).can_use_passkeys).toBe(false);
    expect((await settingsOf(listed, { Origin: "https://front.test" })).can_use_passkeys).toBe(true);
    expect((await settingsOf(listed, { Origin: "null" })).can_use_passkeys).toBe(false);
  });
});
