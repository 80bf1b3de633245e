import { app } from "./app.ts";
import { settingsOf } from "./core/config.ts";
import type { AppEnv } from "./core/context.ts";
import { maintainOnSchedule } from "./maintenance.ts";

export default {
  fetch: app.fetch,
  scheduled: (_, bindings, execution) => execution.waitUntil(maintainOnSchedule(settingsOf(bindings))),
} satisfies ExportedHandler<AppEnv["Bindings"]>;
