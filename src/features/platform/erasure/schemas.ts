import { z } from "@hono/zod-openapi";
import { instant, rawText, uuid } from "../../../http/schema-parts.ts";

export const ConfirmErasure = z
  .strictObject({
    username: rawText(100).openapi({
      description: "Username of the account, as confirmation",
      example: "ada",
    }),
  })
  .openapi("ConfirmErasure");
export type ConfirmErasure = z.output<typeof ConfirmErasure>;

export const Erasure = z
  .object({
    user_id: uuid(),
    erase_after: instant.openapi({
      description: "The first maintenance run after this time erases the account",
    }),
  })
  .openapi("Erasure");
