import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { bytesInAnswer, isSendable } from "../../src/database/proxy-limits.ts";
import { createTestApi, type TestApi } from "../support/api.ts";

const MEBIBYTE = 2 ** 20;

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});

describe("the size limit of Neon's proxy", () => {
  it.each(["plain", 'a "quote"', "a \\ and a \n", "\u0001\u001f", "ü€😀", ""])(
    "measures a text as it is sent: %j",
    async (name) => {
      const { rows } = await api.db.execute<{ bytes: number; json: string }>(
        sql`select ${bytesInAnswer(sql`to_json(${name}::text)`)} as bytes, to_json(${name}::text)::text as json`,
      );
      const [row] = rows;
      expect(row?.bytes).toBe(new TextEncoder().encode(JSON.stringify(row?.json)).length);
    },
  );

  it.each([
    ["letters", "x", 10],
    ["quotes", '"', 5],
    ["characters of three bytes", "€", 3.3],
    ["control characters", "\u0001", 1.6],
  ])("allows nearly 10 MiB as JSON of %s (%s)", (_, character, mebibytes) => {
    const most = Math.floor(mebibytes * MEBIBYTE);
    expect(isSendable(character.repeat(most - 200_000))).toBe(true);
    expect(isSendable(character.repeat(most + 200_000))).toBe(false);
  });
});

describe("an ActivityWatch import", () => {
  const importOf = (title: string, count: number) => ({
    buckets: {
      window: {
        id: "window",
        type: "currentwindow",
        client: "aw-watcher-window",
        hostname: "here",
        created: "2026-11-01T00:00:00Z",
        events: Array.from({ length: count }, (_, n) => ({
          timestamp: new Date(Date.UTC(2026, 10, 1, 0, 0, n)).toISOString(),
          duration: 1,
          data: { title },
        })),
      },
    },
  });

  it("is rejected with advice if it is too large for the database", async () => {
    const { access } = await api.signUp();
    const body = importOf('"'.repeat(3_000), 1_200);
    expect(JSON.stringify(body).length).toBeLessThan(8 * MEBIBYTE);
    const answer = await api.call("POST", "/compat/aw/api/0/import", { token: access, body });
    expect([answer.status, answer.body]).toEqual([
      413,
      expect.objectContaining({ error: "PAYLOAD_TOO_LARGE", message: expect.stringContaining("in parts") }),
    ]);
  });

  it("is accepted if the same number of letters needs no escaping", async () => {
    const { access } = await api.signUp();
    const answer = await api.call("POST", "/compat/aw/api/0/import", {
      token: access,
      body: importOf("x".repeat(6_000), 1_200),
    });
    expect(answer.status).toBe(200);
  });
});
