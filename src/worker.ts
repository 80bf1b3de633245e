import { app } from "./app.ts";
import { settingsOf } from "./core/config.ts";
import { serve } from "./core/in-flight.ts";
import { storeQueuedHeartbeats } from "./features/compat/wakatime/queue/consumer.ts";
import type { AppEnv } from "./http/context.ts";
import { maintain } from "./jobs/maintenance.ts";

export default {
  fetch: (request: Request, bindings, execution) => serve(() => app.fetch(request, bindings, execution)),
  queue: (batch, bindings) => storeQueuedHeartbeats(settingsOf(bindings), batch),
  scheduled: (_, bindings, execution) => execution.waitUntil(maintain(settingsOf(bindings))),
} satisfies ExportedHandler<AppEnv["Bindings"]>;
