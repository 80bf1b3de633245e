import { afterEach, expect, it, vi } from "vitest";
import { MAX_TURNS, takeTurn } from "../../../src/core/security/hash-turns.ts";

afterEach(() => {
  // A spy stands in place of the fake timer: given back after the real one, it would put the fake there again.
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const later = () => new Promise((resume) => setTimeout(resume, 0));

it("does one work after the other, in the order in which they came", async () => {
  const done: number[] = [];
  await Promise.all(Array.from({ length: 8 }, (_, n) => takeTurn(() => done.push(n))));
  expect(done).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});

it("lets other requests go on between two of them", async () => {
  const order: string[] = [];
  const turns = Promise.all(Array.from({ length: 5 }, () => takeTurn(() => order.push("hash"))));
  const others = (async () => {
    while (order.filter((what) => what === "hash").length < 5) {
      order.push("other");
      await later();
    }
  })();
  await Promise.all([turns, others]);
  expect(order.join(" ")).not.toContain("hash hash");
});

it("refuses with 503 and Retry-After what comes while too many wait, and takes the next once they are done", async () => {
  const waiting = Array.from({ length: MAX_TURNS }, () => takeTurn(() => "done"));
  await expect(takeTurn(() => "done")).rejects.toMatchObject({
    code: "SERVICE_BUSY",
    headers: { "Retry-After": expect.stringMatching(/^\d+$/) },
  });
  expect(await Promise.all(waiting)).toEqual(Array(MAX_TURNS).fill("done"));
  expect(await takeTurn(() => "done")).toBe("done");
});

it("goes on after a work that fails", async () => {
  const failing = takeTurn(() => {
    throw new Error("trapped");
  });
  await expect(failing).rejects.toThrow("trapped");
  expect(await takeTurn(() => "done")).toBe("done");
});

it("does not wait for ever for a request that the platform has ended", async () => {
  vi.useFakeTimers();
  // Its timers never come: what the platform does with a request that its client gave up.
  vi.spyOn(globalThis, "setTimeout").mockImplementationOnce((() => 0) as unknown as typeof setTimeout);
  void takeTurn(() => "never");
  const next = takeTurn(() => "done");
  await vi.advanceTimersByTimeAsync(20_000);
  expect(await next).toBe("done");
});

it("does not wait for a request that looked before the clock was set back", async () => {
  vi.useFakeTimers();
  vi.spyOn(globalThis, "setTimeout").mockImplementationOnce((() => 0) as unknown as typeof setTimeout);
  void takeTurn(() => "never");
  vi.setSystemTime(Date.now() - 3_600_000);
  const next = takeTurn(() => "done");
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await next).toBe("done");
});
