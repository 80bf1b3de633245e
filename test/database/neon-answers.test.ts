import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createTestApi, type TestApi } from "../support/api.ts";
import { beat, sendBatch, signUpWithKey } from "../support/heartbeats.ts";
import { NEON_ANSWERS, type NeonAnswer } from "../support/neon-answers.ts";

let api: TestApi;
let session: { access: string };
let key: string;
let queued: unknown[];
beforeAll(async () => {
  // Silences the log of the expected failures.
  vi.spyOn(console, "error").mockImplementation(() => {});
  const HEARTBEATS = {
    send: async (message: unknown) => void queued.push(message),
    sendBatch: async () => {},
  };
  api = await createTestApi({ HEARTBEATS });
  session = await api.signUp();
  ({ key } = await signUpWithKey(api));
});
afterAll(() => {
  vi.restoreAllMocks();
});

/** Returns the result of `work` while the proxy responds with `answer`, and the number of requests to the proxy. */
async function whileAnswering<Result>(answer: NeonAnswer, work: () => Promise<Result>) {
  await fetch(`http://database.test/answer?name=${api.database}`, {
    method: "POST",
    body: JSON.stringify(answer),
  });
  let result: Result | undefined;
  const roundTrips = await api.roundTripsOf(async () => {
    result = await work();
  });
  await fetch(`http://database.test/fault?name=${api.database}&kind=none`, { method: "POST" });
  if (result === undefined) throw new Error("Expected a result.");
  return { result, roundTrips };
}

describe.each(NEON_ANSWERS)("when Neon's proxy responds with %s", (_, answer, { status, error }) => {
  const isAway = status === 503;

  it("answers a read with an error in the usual format, and retries it once if that may help", async () => {
    const { result, roundTrips } = await whileAnswering(answer, () =>
      api.call("GET", "/auth/me", { token: session.access }),
    );
    expect([result.status, result.body.error]).toEqual([status, error]);
    expect(result.headers.get("Retry-After")).toBe(isAway ? "1" : null);
    expect(roundTrips).toBe(isAway && isCutOff(answer) ? 2 : 1);
  });

  it("answers a write in the same way, and never retries it", async () => {
    const { result, roundTrips } = await whileAnswering(answer, () =>
      api.call("PUT", "/auth/me", { token: session.access, body: { first_name: "Ada" } }),
    );
    expect([result.status, result.body.error, roundTrips]).toEqual([status, error, 1]);
  });

  it("queues heartbeats if the database is unreachable", async () => {
    queued = [];
    const { result } = await whileAnswering(answer, () => sendBatch(api, key, [beat(Date.now() / 1000)]));
    expect([result.status, queued.length]).toEqual(isAway ? [202, 1] : [500, 0]);
  });
});

/** Returns whether the response only means that the connection broke or that Postgres did not respond. */
const isCutOff = ({ body }: NeonAnswer) => !/"code":"53/.test(body);
