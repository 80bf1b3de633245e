import { settingsOf } from "../../core/config.ts";
import { keyRingOf } from "../../core/security/keys.ts";
import type { Step } from "./steps.ts";

/** Reads the settings and keys from the Worker's bindings. With invalid settings, every request fails: nothing runs half-configured. */
export const readSettings: Step = async (c) => {
  const settings = settingsOf(c.env);
  await keyRingOf(settings);
  c.set("settings", settings);
};
