import { app } from "./app.ts";
import { settingsOf } from "./core/config.ts";
import type { AppEnv } from "./http/context.ts";
import { maintain } from "./jobs/maintenance.ts";
import { storeWhatWaited } from "./queue.ts";

export default {
  fetch: app.fetch,
  queue: (batch, bindings) => storeWhatWaited(settingsOf(bindings), batch),
  scheduled: (_, bindings, execution) => execution.waitUntil(maintain(settingsOf(bindings))),
} satisfies ExportedHandler<AppEnv["Bindings"]>;
