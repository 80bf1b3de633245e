import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { app } from "../../../../src/app.ts";
import { decodeRefreshToken } from "../../../../src/core/security/refresh-token.ts";
import { sessions } from "../../../../src/database/tables/sessions.ts";
import type { AppEnv } from "../../../../src/http/context.ts";
import { createTestApi, type TestApi } from "../../../support/api.ts";

const OTHER_SECRET = "local-another-secret-of-the-tests-0123456789-klm";

interface Tokens {
  refresh_token: string;
}

const refresh = (api: TestApi, token: string) =>
  api.call<{ error?: string }>("POST", "/auth/refresh", {
    body: { refresh_token: token },
  });

describe("a refresh token", () => {
  it("is rejected without a database query if it was signed with an unknown secret [KEY-3]", async () => {
    const [here, elsewhere] = [await createTestApi(), await createTestApi({ AUTH_SECRET: OTHER_SECRET })];
    const { refresh: token } = await elsewhere.signUp();
    const trips = await here.roundTripsOf(async () => {
      expect(await refresh(here, token)).toMatchObject({ status: 401, body: { error: "INVALID_TOKEN" } });
    });
    expect(trips).toBe(0);
    expect((await refresh(elsewhere, token)).status).toBe(200);
  });

  it("is accepted with the previous secret, and its successor needs only the current one", async () => {
    const api = await createTestApi();
    const { refresh: token } = await api.signUp();
    const present = { ...api.bindings, AUTH_SECRET: OTHER_SECRET };
    const both = { ...present, AUTH_SECRET_PREVIOUS: api.bindings.AUTH_SECRET };
    const refreshWith = async (bindings: AppEnv["Bindings"], refresh_token: string) => {
      const request = new Request("http://api.test/auth/refresh", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ refresh_token }),
      });
      return app.fetch(request, bindings);
    };
    expect((await refreshWith(present, token)).status).toBe(401);
    const { refresh_token: successor } = (await (await refreshWith(both, token)).json()) as Tokens;
    expect((await refreshWith(present, successor)).status).toBe(200);
    expect((await refresh(api, successor)).status).toBe(401);
  });

  it("is rejected if its session was removed, and leaves the cookies unchanged", async () => {
    const api = await createTestApi();
    const { refresh: token } = await api.signUp();
    const id = (await decodeRefreshToken(api.settings, token))?.sessionId ?? "";
    await api.db.delete(sessions).where(eq(sessions.id, id));
    const answer = await refresh(api, token);
    expect(answer).toMatchObject({ status: 401, body: { error: "INVALID_TOKEN" } });
    expect(answer.headers.getSetCookie()).toEqual([]);
  });
});
