import { z } from "@hono/zod-openapi";
import { instant } from "../../../src/http/schema-parts.ts";

export const SignIn = z.object({ id: z.uuid(), created_at: instant, ends_at: instant }).openapi("SignIn");

export const SignInParams = z.object({
  sign_in_id: z.uuid().openapi({ param: { name: "sign_in_id", in: "path" } }),
});

export const OwnerParams = z.object({
  user_id: z.uuid().openapi({ param: { name: "user_id", in: "path" } }),
});
