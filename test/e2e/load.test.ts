import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type System, startSystem } from "../support/system.ts";

let system: System;
beforeAll(async () => {
  system = await startSystem({ SIGN_IN_MAX_PER_ACCOUNT: "1000000" });
});
afterAll(() => system?.stop());

const PASSWORD = "correct horse battery staple";
const post = (path: string, body: object) =>
  fetch(system.url + path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });

/** Returns the resident memory of this system's runtime in MiB. */
function runtimeMemoryMib(): number {
  expect(system.runtimes.length).toBeGreaterThan(0);
  const rows = execFileSync("ps", ["-o", "rss=", "-p", system.runtimes.join(",")], { encoding: "utf8" });
  const sizes = rows.trim().split(/\s+/).map(Number);
  return sizes.reduce((sum, kib) => sum + kib, 0) / 1024;
}

/** Sends `count` sign-ins, `concurrency` at a time, and returns their statuses. */
async function signIns(count: number, concurrency: number): Promise<number[]> {
  const statuses: number[] = [];
  let left = count;
  const worker = async () => {
    while (left-- > 0) {
      const response = await post("/auth/login", { username: "ada", password: PASSWORD });
      statuses.push(response.status);
      await response.arrayBuffer();
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return statuses;
}

it("serves 300 sign-ins at concurrency 32 without a growth of memory", async () => {
  await post("/auth/register", { username: "ada", email: "ada@example.com", password: PASSWORD });
  // Runs the same load first, since the engine collects its garbage late: further memory is growth.
  await signIns(150, 32);
  const before = runtimeMemoryMib();
  expect(await signIns(300, 32)).toEqual(Array(300).fill(200));
  expect(runtimeMemoryMib() - before).toBeLessThan(60);
  expect((await fetch(`${system.url}/health`)).status).toBe(200);
}, 120_000);
