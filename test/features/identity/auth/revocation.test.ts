import { beforeAll, expect, it } from "vitest";
import { createTestApi, PASSWORD, type TestApi } from "../../../support/api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});

type Session = Awaited<ReturnType<TestApi["signIn"]>>;

/** Returns the statuses of requests with the session's tokens: access in a header and a cookie, refresh in a body and a cookie. */
async function uses({ access, refresh }: Session): Promise<number[]> {
  const answers = [
    await api.call("GET", "/auth/me", { token: access }),
    await api.call("GET", "/auth/me", { headers: { Cookie: `access_token=${access}` } }),
    await api.call("POST", "/auth/refresh", { body: { refresh_token: refresh } }),
    await api.call("POST", "/auth/refresh", { headers: { Cookie: `refresh_token=${refresh}` } }),
  ];
  return answers.map(({ status }) => status);
}

const LIVE = [200, 200, 200, 200];
const ENDED = [401, 401, 401, 401];

it("rejects all tokens of a session after signing out, and accepts those of other sessions [SESSION-1]", async () => {
  const session = await api.signUp();
  const other = await api.signIn(session.username);
  await api.call("POST", "/auth/logout", { token: session.access });
  expect(await uses(session)).toEqual(ENDED);
  expect(await uses(other)).toEqual(LIVE);
});

it("keeps only the session that changes the password [SESSION-2]", async () => {
  const session = await api.signUp();
  const others = [await api.signIn(session.username), await api.signIn(session.username)];
  const { status } = await api.call("PUT", "/auth/me/password", {
    token: session.access,
    body: { current_password: PASSWORD, new_password: "another horse, another battery" },
  });
  expect(status).toBe(200);
  for (const other of others) expect(await uses(other)).toEqual(ENDED);
  expect(await uses(session)).toEqual(LIVE);
});
