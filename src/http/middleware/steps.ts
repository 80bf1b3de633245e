import type { Context, MiddlewareHandler } from "hono";
import type { AppEnv } from "../context.ts";

/** Part of a layer that only prepares a request. */
export type Step = (c: Context<AppEnv>) => void | Promise<void>;

/** Returns one layer that takes `steps` in this order. Every layer costs each request several promises. */
export const takeSteps = (...steps: Step[]): MiddlewareHandler<AppEnv> =>
  async function takeSteps(c, next) {
    for (const step of steps) await step(c);
    await next();
  };
