import { afterAll, beforeAll, expect, it } from "vitest";
import { encodePersonalToken, newPersonalToken } from "../../src/core/security/personal-token.ts";
import { cpuSecondsOf } from "../bench/support/processes.ts";
import { largestBodies, OPERATIONS_WITH_BODY } from "../support/anonymous-bodies.ts";
import { entriesWith } from "../support/registry.ts";
import { type System, startSystem } from "../support/system.ts";

/**
 * Limits the runtime's CPU time for unauthenticated requests with the largest bodies of the smallest items. The limit is five times the goal.
 * test/api/anonymous-bodies.test.ts counts the work.
 */
const CEILING_SECONDS = 1.5;

const ROWS = Object.fromEntries(
  entriesWith("anonymousBody").map(({ operationId, value }) => [operationId, value]),
);

let system: System;
let token: string;
beforeAll(async () => {
  system = await startSystem();
  token = await encodePersonalToken(newPersonalToken(crypto.randomUUID()));
});
afterAll(() => system?.stop());

const cpuSeconds = () => system.runtimes.reduce((sum, pid) => sum + cpuSecondsOf(pid), 0);

it.each(OPERATIONS_WITH_BODY)(
  "uses little CPU time for unauthenticated bodies of $operationId",
  async ({ operationId, method, path, maxBytes, isPublic }) => {
    expect(system.runtimes.length).toBeGreaterThan(0);
    const row = ROWS[operationId] ?? {};
    for (const [name, body] of largestBodies(row, maxBytes)) {
      const before = cpuSeconds();
      const response = await fetch(system.url + path, {
        method,
        body,
        headers: {
          "Content-Type": row.type ?? "application/json",
          ...(!isPublic && { Authorization: `Bearer ${token}` }),
        },
      });
      await response.arrayBuffer();
      expect(cpuSeconds() - before, name).toBeLessThan(CEILING_SECONDS);
      if (isPublic) expect(row.answers, name).toContain(response.status);
      else expect(response.status, name).toBe(401);
    }
  },
);
