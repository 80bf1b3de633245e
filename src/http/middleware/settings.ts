import type { MiddlewareHandler } from "hono";
import { settingsOf } from "../../core/config.ts";
import { keyRingOf } from "../../core/security/keys.ts";
import type { AppEnv } from "../context.ts";

/** Reads the settings and keys from the Worker's bindings. With invalid settings, every request fails: nothing runs half-configured. */
export const readSettings: MiddlewareHandler<AppEnv> = async function readSettings(c, next) {
  const settings = settingsOf(c.env);
  await keyRingOf(settings);
  c.set("settings", settings);
  await next();
};
