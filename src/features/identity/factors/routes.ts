import { createRoute } from "@hono/zod-openapi";
import { inPerson, requirePermission } from "../../../guard/guard.ts";
import { idempotent } from "../../../guard/idempotency.ts";
import {
  BODY_ERRORS,
  body,
  errors,
  GUARD_ERRORS,
  IDEMPOTENCY_ERRORS,
  json,
  NO_CONTENT,
  RECENT_ERRORS,
} from "../../../http/openapi.ts";
import { createRouter } from "../../../http/router.ts";
import { UserParams } from "../users/schemas.ts";
import { ConfirmTotp, Factors, RecoveryCodes, TotpEnrolment } from "./schemas.ts";
import * as service from "./service.ts";

const tags = ["Factors"];

const list = createRoute({
  method: "get",
  path: "/factors",
  operationId: "listMyFactors",
  summary: "List my factors",
  description: "What a sign-in of mine may take beside the password.",
  tags,
  ...inPerson(),
  responses: { 200: json(Factors, "My factors"), ...errors(...GUARD_ERRORS) },
});

const beginTotp = createRoute({
  method: "post",
  path: "/factors/totp",
  operationId: "beginTotp",
  summary: "Set up an authenticator app",
  description: "It counts once it is confirmed. Until then, doing so again gives another secret.",
  tags,
  ...idempotent(inPerson({ recent: true })),
  responses: {
    201: json(TotpEnrolment, "The secret for the app"),
    ...errors("RESOURCE_ALREADY_EXISTS", ...RECENT_ERRORS, ...IDEMPOTENCY_ERRORS),
  },
});

const confirmTotp = createRoute({
  method: "post",
  path: "/factors/totp/confirm",
  operationId: "confirmTotp",
  summary: "Confirm an authenticator app",
  description:
    "By a code that it shows. From now on a sign-in takes more than the password. Sessions that are open stay open.",
  tags,
  ...inPerson({ recent: true }),
  request: { body: body(ConfirmTotp) },
  responses: {
    200: json(RecoveryCodes, "Recovery codes, unless I have some already"),
    ...errors("RESOURCE_NOT_FOUND", "INVALID_CODE", ...RECENT_ERRORS, ...BODY_ERRORS),
  },
});

const removeTotp = createRoute({
  method: "delete",
  path: "/factors/totp",
  operationId: "removeTotp",
  summary: "Remove my authenticator app",
  description: "With the last factor the recovery codes end too. Sessions that are open stay open.",
  tags,
  ...inPerson({ recent: true }),
  responses: { 204: NO_CONTENT, ...errors("RESOURCE_NOT_FOUND", ...RECENT_ERRORS) },
});

const renewRecoveryCodes = createRoute({
  method: "post",
  path: "/factors/recovery-codes",
  operationId: "renewRecoveryCodes",
  summary: "Get new recovery codes",
  description: "The old ones end.",
  tags,
  ...inPerson({ recent: true }),
  responses: {
    200: json(RecoveryCodes, "My recovery codes"),
    ...errors("BUSINESS_LOGIC_ERROR", ...RECENT_ERRORS),
  },
});

const reset = createRoute({
  method: "delete",
  path: "/users/{user_id}/factors",
  operationId: "resetFactors",
  summary: "Remove a user's factors",
  description:
    "For who lost them, once you made sure who asks: authenticator app, passkeys and recovery codes are removed, and all their sessions end. Only a superuser can do it to a superuser.",
  tags,
  ...requirePermission("factors:reset", { inPerson: true, recent: true }),
  request: { params: UserParams },
  responses: {
    204: NO_CONTENT,
    ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...RECENT_ERRORS),
  },
});

export const factors = createRouter()
  .openapi(list, async (c) => c.json(await service.listFactors(c.var), 200))
  .openapi(beginTotp, async (c) => c.json(await service.beginTotp(c.var), 201))
  .openapi(confirmTotp, async (c) =>
    c.json(toKeep(await service.confirmTotp(c.var, c.req.valid("json").code)), 200),
  )
  .openapi(removeTotp, async (c) => {
    await service.removeTotp(c.var);
    return c.body(null, 204);
  })
  .openapi(renewRecoveryCodes, async (c) => c.json(toKeep(await service.renewRecoveryCodes(c.var)), 200))
  .openapi(reset, async (c) => {
    await service.resetFactors(c.var, c.req.valid("param").user_id);
    return c.body(null, 204);
  });

const toKeep = (codes: string[]) => ({
  message:
    codes.length > 0
      ? "Keep these codes where you will find them. They are not shown again."
      : "The recovery codes that you have are still good.",
  recovery_codes: codes,
});
