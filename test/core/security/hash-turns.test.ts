import { afterEach, expect, it, vi } from "vitest";
import { MAX_TURNS, takeTurn } from "../../../src/core/security/hash-turns.ts";

afterEach(() => {
  // A spy replaces the fake timer. Restored after the real timer, it would bring the fake timer back.
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const later = () => new Promise((resume) => setTimeout(resume, 0));

it("runs tasks one after another, in order of arrival", async () => {
  const done: number[] = [];
  await Promise.all(Array.from({ length: 8 }, (_, n) => takeTurn(() => done.push(n))));
  expect(done).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});

it("lets other requests run between two tasks", async () => {
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

it("rejects tasks beyond the limit with 503 and Retry-After, and accepts tasks after the queue drains", async () => {
  const waiting = Array.from({ length: MAX_TURNS }, () => takeTurn(() => "done"));
  await expect(takeTurn(() => "done")).rejects.toMatchObject({
    code: "SERVICE_BUSY",
    headers: { "Retry-After": expect.stringMatching(/^\d+$/) },
  });
  expect(await Promise.all(waiting)).toEqual(Array(MAX_TURNS).fill("done"));
  expect(await takeTurn(() => "done")).toBe("done");
});

it("continues after a task that fails", async () => {
  const failing = takeTurn(() => {
    throw new Error("trapped");
  });
  await expect(failing).rejects.toThrow("trapped");
  expect(await takeTurn(() => "done")).toBe("done");
});

it("stops waiting for a request that the platform has ended", async () => {
  vi.useFakeTimers();
  // Its timers never fire, as when a client cancels a request on the platform.
  vi.spyOn(globalThis, "setTimeout").mockImplementationOnce((() => 0) as unknown as typeof setTimeout);
  void takeTurn(() => "never");
  const next = takeTurn(() => "done");
  await vi.advanceTimersByTimeAsync(20_000);
  expect(await next).toBe("done");
});

it("stops waiting for a request that started before the clock was set back", async () => {
  vi.useFakeTimers();
  vi.spyOn(globalThis, "setTimeout").mockImplementationOnce((() => 0) as unknown as typeof setTimeout);
  void takeTurn(() => "never");
  vi.setSystemTime(Date.now() - 3_600_000);
  const next = takeTurn(() => "done");
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await next).toBe("done");
});
