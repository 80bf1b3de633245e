import type { MiddlewareHandler } from "hono";
import { settingsOf } from "../config.ts";
import type { AppEnv } from "../context.ts";

/** Reads the settings from the Worker's bindings. Bad ones fail every request: nothing runs half-configured. */
export const readSettings: MiddlewareHandler<AppEnv> = async function readSettings(c, next) {
  c.set("settings", settingsOf(c.env));
  await next();
};
