import { app } from "./app.ts";
import { settingsOf } from "./core/config.ts";
import { storeQueuedHeartbeats } from "./features/compat/wakatime/queue/consumer.ts";
import type { AppEnv } from "./http/context.ts";
import { maintain } from "./jobs/maintenance.ts";

export default {
  fetch: app.fetch,
  queue: (batch, bindings) => storeQueuedHeartbeats(settingsOf(bindings), batch),
  scheduled: (_, bindings, execution) => execution.waitUntil(maintain(settingsOf(bindings))),
} satisfies ExportedHandler<AppEnv["Bindings"]>;
