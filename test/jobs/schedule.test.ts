import { createExecutionContext, createScheduledController, waitOnExecutionContext } from "cloudflare:test";
import { expect, it, vi } from "vitest";
import worker from "../../src/worker.ts";
import { createTestApi } from "../support/api.ts";

it("logs the failure of the scheduled work with its cause, and fails the run", async () => {
  const error = vi.spyOn(console, "error").mockImplementation(() => {});
  const { bindings, settings } = await createTestApi();
  const context = createExecutionContext();
  const unreachable = { ...bindings, DATABASE_ENDPOINT: "http://127.0.0.1:1/sql" };
  worker.scheduled(createScheduledController(), unreachable, context);
  await expect(waitOnExecutionContext(context)).rejects.toMatchObject({ code: "DATABASE_CONNECTION_ERROR" });
  const lines = error.mock.calls.map(([line]) => JSON.parse(String(line)));
  expect(lines.at(-1)).toMatchObject({
    level: "error",
    module: "maintenance",
    message: "Maintenance failed",
    failed_steps: lines
      .slice(0, -1)
      .map(({ step }) => step)
      .join(", "),
  });
  for (const { level, cause } of lines) {
    expect(level).toBe("error");
    expect(cause).toMatch(/AppError: .*\n(.*\n)*caused by /);
    expect(cause).not.toContain(settings.AUTH_SECRET);
  }
  error.mockRestore();
});
