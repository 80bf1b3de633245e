import type { MiddlewareHandler } from "hono";
import { settingsOf } from "../../core/config.ts";
import { keyRingOf } from "../../core/security/keys.ts";
import type { AppEnv } from "../context.ts";

/** Reads the settings from the Worker's bindings, keys included. Bad ones fail every request: nothing runs half-configured. */
export const readSettings: MiddlewareHandler<AppEnv> = async function readSettings(c, next) {
  const settings = settingsOf(c.env);
  await keyRingOf(settings);
  c.set("settings", settings);
  await next();
};
