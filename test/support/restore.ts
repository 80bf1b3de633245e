import { afterAll, vi } from "vitest";

const shared = globalThis as typeof globalThis & { ownSetTimeout?: typeof setTimeout };
shared.ownSetTimeout ??= globalThis.setTimeout;

// All test files of a process share the loaded modules and its globals, so the replacements of each file are removed at its end.
afterAll(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  if (globalThis.setTimeout === shared.ownSetTimeout) return;
  globalThis.setTimeout = shared.ownSetTimeout as typeof setTimeout;
  throw new Error("A test of this file did not restore setTimeout. Restore mocks before timers.");
});
