import { settingsOf } from "./core/config.ts";
import { serve } from "./core/in-flight.ts";
import type { AppEnv } from "./http/context.ts";
import { answer } from "./parts/load.ts";

export default {
  fetch: (request: Request, bindings, execution) => serve(() => answer(request, bindings, execution)),
  async queue(batch, bindings) {
    const { storeQueuedHeartbeats } = await import("./features/compat/wakatime/queue/consumer.ts");
    await storeQueuedHeartbeats(settingsOf(bindings), batch);
  },
  scheduled(_, bindings, execution) {
    const settings = settingsOf(bindings);
    execution.waitUntil(import("./jobs/maintenance.ts").then(({ maintain }) => maintain(settings)));
  },
} satisfies ExportedHandler<AppEnv["Bindings"]>;
