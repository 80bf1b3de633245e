import { createRoute } from "@hono/zod-openapi";
import { requirePermission } from "../../../guard/guard.ts";
import { BODY_ERRORS, body, errors, json, RECENT_ERRORS } from "../../../http/openapi.ts";
import { createRouter } from "../../../http/router.ts";
import { UserParams } from "../../identity/users/schemas.ts";
import { ConfirmErasure, Erasure } from "./schemas.ts";
import * as service from "./service.ts";

const erase = createRoute({
  method: "delete",
  path: "/{user_id}/data",
  operationId: "eraseUser",
  summary: "Erase a deleted user",
  description:
    "Ends the period in which a deleted account can be restored. The next maintenance run, within the hour, erases the account's names, its records and its personal data in the audit log. This cannot be undone.",
  tags: ["Users"],
  ...requirePermission("users:delete", { inPerson: true, recent: true }),
  request: { params: UserParams, body: body(ConfirmErasure) },
  responses: {
    202: json(Erasure, "The account will be erased"),
    ...errors("RESOURCE_NOT_FOUND", "BUSINESS_LOGIC_ERROR", ...RECENT_ERRORS, ...BODY_ERRORS),
  },
});

export const erasure = createRouter().openapi(erase, async (c) =>
  c.json(await service.orderErasure(c.var, c.req.valid("param").user_id, c.req.valid("json")), 202),
);
