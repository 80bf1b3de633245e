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
  summary: "List the current user's factors",
  description: "Lists the factors that a sign-in can require in addition to the password.",
  tags,
  ...inPerson(),
  responses: { 200: json(Factors, "The factors"), ...errors(...GUARD_ERRORS) },
});

const beginTotp = createRoute({
  method: "post",
  path: "/factors/totp",
  operationId: "beginTotp",
  summary: "Begin authenticator app setup",
  description:
    "Returns a secret for the app, which becomes a second factor when it is confirmed with `POST /auth/factors/totp/confirm`. Until then, each request replaces the secret.",
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
    "Takes a code that the app shows. From then on, a sign-in requires a second factor. Open sessions are kept.",
  tags,
  ...inPerson({ recent: true }),
  request: { body: body(ConfirmTotp) },
  responses: {
    200: json(RecoveryCodes, "New recovery codes, unless the current user already has some"),
    ...errors("RESOURCE_NOT_FOUND", "INVALID_CODE", ...RECENT_ERRORS, ...BODY_ERRORS),
  },
});

const removeTotp = createRoute({
  method: "delete",
  path: "/factors/totp",
  operationId: "removeTotp",
  summary: "Remove the authenticator app",
  description: "Removing the last factor also removes the recovery codes. Open sessions are kept.",
  tags,
  ...inPerson({ recent: true }),
  responses: { 204: NO_CONTENT, ...errors("RESOURCE_NOT_FOUND", ...RECENT_ERRORS) },
});

const renewRecoveryCodes = createRoute({
  method: "post",
  path: "/factors/recovery-codes",
  operationId: "renewRecoveryCodes",
  summary: "Renew the recovery codes",
  description: "The previous recovery codes stop working.",
  tags,
  ...inPerson({ recent: true }),
  responses: {
    200: json(RecoveryCodes, "The new recovery codes"),
    ...errors("BUSINESS_LOGIC_ERROR", ...RECENT_ERRORS),
  },
});

const reset = createRoute({
  method: "delete",
  path: "/users/{user_id}/factors",
  operationId: "resetFactors",
  summary: "Reset a user's factors",
  description:
    "For a user who has lost them: verify the user's identity first. Removes the authenticator app, the passkeys and the recovery codes, and ends all sessions of the user. Only a superuser can reset the factors of a superuser.",
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
    c.json(describeRecoveryCodes(await service.confirmTotp(c.var, c.req.valid("json").code)), 200),
  )
  .openapi(removeTotp, async (c) => {
    await service.removeTotp(c.var);
    return c.body(null, 204);
  })
  .openapi(renewRecoveryCodes, async (c) =>
    c.json(describeRecoveryCodes(await service.renewRecoveryCodes(c.var)), 200),
  )
  .openapi(reset, async (c) => {
    await service.resetFactors(c.var, c.req.valid("param").user_id);
    return c.body(null, 204);
  });

const describeRecoveryCodes = (codes: string[]) => ({
  message:
    codes.length > 0
      ? "Store these codes in a safe place. They are not shown again."
      : "Your existing recovery codes are still valid.",
  recovery_codes: codes,
});
