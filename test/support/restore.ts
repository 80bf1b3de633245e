import { afterAll, vi } from "vitest";

const shared = globalThis as typeof globalThis & { ownSetTimeout?: typeof setTimeout };
shared.ownSetTimeout ??= globalThis.setTimeout;

// The files of a run share one application and its globals: what a file put in their place goes with it.
afterAll(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  if (globalThis.setTimeout === shared.ownSetTimeout) return;
  globalThis.setTimeout = shared.ownSetTimeout as typeof setTimeout;
  throw new Error("A test of this file left its own setTimeout behind: restore mocks before timers.");
});
