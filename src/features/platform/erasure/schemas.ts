import { z } from "@hono/zod-openapi";
import { instant, rawText, uuid } from "../../../http/schema-parts.ts";

export const ConfirmErasure = z
  .strictObject({
    username: rawText(100).openapi({
      description: "The username of the account, repeated to confirm which one is meant",
      example: "ada",
    }),
  })
  .openapi("ConfirmErasure");
export type ConfirmErasure = z.output<typeof ConfirmErasure>;

export const Erasure = z
  .object({
    user_id: uuid(),
    erase_after: instant.openapi({
      description: "The next run of the maintenance after this erases the account",
    }),
  })
  .openapi("Erasure");
