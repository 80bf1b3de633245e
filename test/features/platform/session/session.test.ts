import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../../../support/api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});

interface State {
  user: { id: string; username: string } | null;
  can_refresh: boolean;
  permissions: string[];
  settings: { timezone: string } | null;
  running: { id: string; description: string } | null;
}

const ask = (headers: Record<string, string> = {}, token?: string) =>
  api.call<State>("GET", "/auth/session", { headers, token });

const cookiesOf = ({ access, refresh }: { access?: string; refresh?: string }) => ({
  Cookie: Object.entries({ access_token: access, refresh_token: refresh })
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]))
    .join("; "),
});

const SIGNED_OUT = { user: null, permissions: [], settings: null, running: null };

describe("GET /auth/session", () => {
  it("returns the user, permissions, settings and running entry in one round trip [SESSION-STATE-1]", async () => {
    const ada = await api.signUp();
    const { body: entry } = await api.call<{ id: string }>("POST", "/time-entries/start", {
      token: ada.access,
      body: { description: "Note G" },
    });
    await api.call("PATCH", "/settings/time", { token: ada.access, body: { timezone: "Europe/London" } });
    const headers = cookiesOf(ada);
    const { status, body } = await ask(headers);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      user: { id: ada.id, username: ada.username },
      can_refresh: true,
      permissions: expect.arrayContaining(["time_entries:create", "projects:read"]),
      settings: { timezone: "Europe/London", week_start: 1 },
      running: { id: entry.id, description: "Note G" },
    });
    expect(await api.roundTripsOf(() => ask(headers))).toBe(1);
  });

  it("answers an anonymous caller with 200, without the database", async () => {
    const { status, body } = await ask();
    expect([status, body]).toEqual([200, { ...SIGNED_OUT, can_refresh: false }]);
    expect(await api.roundTripsOf(() => ask())).toBe(0);
  });

  it("tells from the refresh cookie alone whether a refresh is worth a try", async () => {
    const { refresh } = await api.signUp();
    const headers = cookiesOf({ refresh });
    expect((await ask(headers)).body).toEqual({ ...SIGNED_OUT, can_refresh: true });
    expect(await api.roundTripsOf(() => ask(headers))).toBe(0);
    for (const forged of [`${refresh}A`, refresh.replace(/^./, (first) => (first === "A" ? "B" : "A")), "x"])
      expect((await ask(cookiesOf({ refresh: forged }))).body.can_refresh).toBe(false);
  });

  it("answers a browser with an invalid access cookie, or one of an ended session, with 200", async () => {
    const ada = await api.signUp();
    expect((await ask(cookiesOf({ access: "forged" }))).body.user).toBeNull();
    await api.call("POST", "/auth/logout", { token: ada.access });
    expect((await ask(cookiesOf(ada))).body).toEqual({ ...SIGNED_OUT, can_refresh: true });
    const eve = await api.signUp();
    await api.db.execute(sql`update users set is_active = false where id = ${eve.id}`);
    expect((await ask(cookiesOf({ access: eve.access }))).body).toEqual({
      ...SIGNED_OUT,
      can_refresh: false,
    });
  });

  it("rejects invalid credentials in the header", async () => {
    const { status, body } = await ask({}, "forged");
    expect([status, (body as unknown as { error: string }).error]).toEqual([401, "INVALID_TOKEN"]);
  });

  it("shows no running entry without the permission to read time entries", async () => {
    const ada = await api.signUpHolding("time_entries:create");
    await api.call("POST", "/time-entries/start", { token: ada.access, body: {} });
    expect((await ask(cookiesOf(ada))).body).toMatchObject({ user: { id: ada.id }, running: null });
    const bob = await api.signUpHolding("time_entries:create", "time_entries:*");
    await api.call("POST", "/time-entries/start", { token: bob.access, body: {} });
    expect((await ask(cookiesOf(bob))).body.running).not.toBeNull();
  });
});
