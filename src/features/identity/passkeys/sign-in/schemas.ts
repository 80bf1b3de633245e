import { z } from "@hono/zod-openapi";
import { TokenDelivery } from "../../sessions/schemas.ts";
import { Assertion } from "../schemas.ts";

export const SignInWithPasskey = z
  .strictObject({ credential: Assertion, token_delivery: TokenDelivery })
  .openapi("SignInWithPasskey");
export type SignInWithPasskey = z.output<typeof SignInWithPasskey>;
