import { afterEach, describe, expect, it, vi } from "vitest";
import { createHashQueue, type HashRequest } from "../../../src/core/security/hash-queue.ts";

afterEach(() => vi.useRealTimers());

const BUSY = { code: "SERVICE_BUSY", headers: { "Retry-After": expect.stringMatching(/^\d+$/) } };

/** Creates a queue, and a hash that ends when the test says so. */
function openQueue({ concurrency = 1, limit = 4 } = {}) {
  const queue = createHashQueue({ concurrency });
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  /** Asks for a turn for the hash `name`. */
  function take(name: string, { source = "a", signal }: Partial<HashRequest> = {}) {
    const hash = () =>
      new Promise<string>((resolve) => {
        begun.push(name);
        ends.set(name, () => resolve(name));
      });
    const taken = queue.take({ source, signal, limit }, hash);
    taken.catch(() => {});
    return taken;
  }
  /** Ends the hash `name`, and waits until the next one has begun. */
  async function finish(name: string) {
    ends.get(name)?.();
    await settle();
  }
  return { queue, begun, take, finish };
}

/** Waits until all promises that can continue have done so. */
const settle = async () => {
  for (let step = 0; step < 20; step++) await Promise.resolve();
};

it("runs hashes one after another, in order of arrival", async () => {
  const { begun, take, finish } = openQueue();
  for (const name of ["1", "2", "3"]) void take(name);
  await settle();
  expect(begun).toEqual(["1"]);
  await finish("1");
  await finish("2");
  expect(begun).toEqual(["1", "2", "3"]);
});

it("runs as many hashes at the same time as it may", async () => {
  const { queue, begun, take, finish } = openQueue({ concurrency: 2 });
  for (const name of ["1", "2", "3", "4"]) void take(name);
  await settle();
  expect(begun).toEqual(["1", "2"]);
  expect(queue.depth()).toEqual({ running: 2, waiting: 2 });
  await finish("2");
  expect(begun).toEqual(["1", "2", "3"]);
});

it("lets others run before each hash", async () => {
  const order: string[] = [];
  const letOthersRun = async () => void order.push("others");
  const queue = createHashQueue({ concurrency: 1, letOthersRun });
  const hash = () => void order.push("hash");
  await Promise.all([1, 2, 3].map(() => queue.take({ source: "a", limit: 4 }, hash)));
  expect(order).toEqual(["others", "hash", "others", "hash", "others", "hash"]);
});

it("returns the result of a hash, and continues after one that fails", async () => {
  const queue = createHashQueue({ concurrency: 1 });
  const fail = () => Promise.reject(new Error("trapped"));
  const failing = queue.take({ source: "a", limit: 4 }, fail);
  const next = queue.take({ source: "a", limit: 4 }, () => "done");
  await expect(failing).rejects.toThrow("trapped");
  expect(await next).toBe("done");
  expect(queue.depth()).toEqual({ running: 0, waiting: 0 });
});

describe("a full queue", () => {
  it("rejects requests of a lone source with 503 and Retry-After, and accepts them after it drains", async () => {
    const { queue, take, finish } = openQueue({ limit: 2 });
    for (const name of ["running", "1", "2"]) void take(name);
    expect(() => queue.requireRoom({ source: "a", limit: 2 })).toThrow(expect.objectContaining(BUSY));
    await expect(take("3")).rejects.toMatchObject(BUSY);
    await settle();
    await finish("running");
    const accepted = take("4");
    await finish("1");
    await finish("2");
    await finish("4");
    expect(await accepted).toBe("4");
  });

  it("displaces the newest request of the source with the most", async () => {
    const { queue, begun, take, finish } = openQueue({ limit: 3 });
    void take("running");
    const flood = ["1", "2", "3"].map((name) => take(name));
    queue.requireRoom({ source: "b", limit: 3 });
    void take("other", { source: "b" });
    await expect(flood[2]).rejects.toMatchObject(BUSY);
    await settle();
    for (const name of ["running", "1", "other", "2"]) await finish(name);
    expect(begun).toEqual(["running", "1", "other", "2"]);
  });

  it("rejects a request of a source that has its share", async () => {
    const { take } = openQueue({ limit: 4 });
    void take("running");
    for (const name of ["1", "2"]) void take(name);
    for (const name of ["3", "4"]) void take(name, { source: "b" });
    await expect(take("5", { source: "b" })).rejects.toMatchObject(BUSY);
    await expect(take("6")).rejects.toMatchObject(BUSY);
  });
});

it("serves sources in turn, also one that arrives after a flood", async () => {
  const { begun, take, finish } = openQueue({ limit: 10 });
  for (const name of ["a1", "a2", "a3", "a4"]) void take(name);
  for (const name of ["b1", "b2"]) void take(name, { source: "b" });
  void take("c1", { source: "c" });
  await settle();
  for (let nth = 0; nth < 6; nth++) await finish(begun.at(-1) ?? "");
  expect(begun).toEqual(["a1", "a2", "b1", "c1", "a3", "b2", "a4"]);
});

describe("a client that leaves", () => {
  it("gives up its place, without a hash", async () => {
    const { queue, begun, take, finish } = openQueue();
    const client = new AbortController();
    void take("1");
    const left = take("2", { signal: client.signal });
    void take("3");
    client.abort();
    await expect(left).rejects.toMatchObject({ code: "SERVICE_BUSY" });
    expect(queue.depth()).toEqual({ running: 1, waiting: 1 });
    await finish("1");
    expect(begun).toEqual(["1", "3"]);
  });

  it("takes no place if it has left before", async () => {
    const { queue, take } = openQueue();
    await expect(take("1", { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "SERVICE_BUSY" });
    expect(queue.depth()).toEqual({ running: 0, waiting: 0 });
  });

  it("gives up its turn while others run", async () => {
    const client = new AbortController();
    const queue = createHashQueue({ concurrency: 1, letOthersRun: () => Promise.resolve(client.abort()) });
    const hash = vi.fn();
    const taken = queue.take({ source: "a", limit: 4, signal: client.signal }, hash);
    await expect(taken).rejects.toMatchObject({ code: "SERVICE_BUSY" });
    expect(hash).not.toHaveBeenCalled();
    expect(queue.depth()).toEqual({ running: 0, waiting: 0 });
  });

  it("keeps its place until the end of a hash that has begun", async () => {
    const { queue, take, finish } = openQueue();
    const client = new AbortController();
    const taken = take("1", { signal: client.signal });
    await settle();
    client.abort();
    expect(queue.depth()).toEqual({ running: 1, waiting: 0 });
    await finish("1");
    expect(await taken).toBe("1");
  });
});

it("gives up after a wait of ten seconds", async () => {
  vi.useFakeTimers();
  const { take } = openQueue();
  void take("never ends");
  const waiting = take("1");
  await vi.advanceTimersByTimeAsync(10_000);
  await expect(waiting).rejects.toMatchObject(BUSY);
});

it.each([0, -3_600_000])(
  "calls the next request if the platform has ended the called one, with the clock set by %i ms",
  async (shift) => {
    vi.useFakeTimers();
    let pauses = 0;
    // The first pause never ends, as when the platform ends a request during it.
    const letOthersRun = () => (pauses++ === 0 ? new Promise<void>(() => {}) : Promise.resolve());
    const queue = createHashQueue({ concurrency: 1, letOthersRun });
    void queue.take({ source: "a", limit: 4 }, () => "never");
    const next = queue.take({ source: "a", limit: 4 }, () => "done");
    vi.setSystemTime(Date.now() + shift);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await next).toBe("done");
  },
);
