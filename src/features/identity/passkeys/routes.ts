import { createRoute, z } from "@hono/zod-openapi";
import { inPerson } from "../../../guard/guard.ts";
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
import {
  CreatedPasskey,
  CreatePasskey,
  Passkey,
  PasskeyCreationOptions,
  PasskeyParams,
  RenamePasskey,
} from "./schemas.ts";
import * as service from "./service.ts";

const tags = ["Passkeys"];

const begin = createRoute({
  method: "post",
  path: "/options",
  operationId: "beginPasskey",
  summary: "Begin passkey setup",
  description:
    "Returns the options that the browser needs to create a passkey. Complete the setup with `POST /auth/passkeys`.",
  tags,
  ...inPerson({ recent: true }),
  responses: {
    200: json(PasskeyCreationOptions, "The options"),
    ...errors("BUSINESS_LOGIC_ERROR", ...RECENT_ERRORS),
  },
});

const create = createRoute({
  method: "post",
  path: "/",
  operationId: "createPasskey",
  summary: "Create a passkey",
  description:
    "Stores the passkey that the browser created. From then on the passkey signs in by itself, and a sign-in with the password requires a second factor.",
  tags,
  ...idempotent(inPerson({ recent: true })),
  request: { body: body(CreatePasskey) },
  responses: {
    201: json(CreatedPasskey, "The new passkey"),
    ...errors(
      "BUSINESS_LOGIC_ERROR",
      "RESOURCE_ALREADY_EXISTS",
      "INVALID_PASSKEY",
      ...RECENT_ERRORS,
      ...IDEMPOTENCY_ERRORS,
      ...BODY_ERRORS,
    ),
  },
});

const list = createRoute({
  method: "get",
  path: "/",
  operationId: "listPasskeys",
  summary: "List the current user's passkeys",
  description: "Lists the passkeys, oldest first.",
  tags,
  ...inPerson(),
  responses: { 200: json(z.array(Passkey), "The passkeys"), ...errors(...GUARD_ERRORS) },
});

const rename = createRoute({
  method: "patch",
  path: "/{passkey_id}",
  operationId: "renamePasskey",
  summary: "Rename a passkey",
  description: "Renames a passkey of the current user.",
  tags,
  ...inPerson(),
  request: { params: PasskeyParams, body: body(RenamePasskey) },
  responses: {
    200: json(Passkey, "The renamed passkey"),
    ...errors("RESOURCE_NOT_FOUND", ...GUARD_ERRORS, ...BODY_ERRORS),
  },
});

const remove = createRoute({
  method: "delete",
  path: "/{passkey_id}",
  operationId: "removePasskey",
  summary: "Remove a passkey",
  description:
    "Removes a passkey of the current user. Removing the last factor also removes the recovery codes. Open sessions are kept.",
  tags,
  ...inPerson({ recent: true }),
  request: { params: PasskeyParams },
  responses: { 204: NO_CONTENT, ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...RECENT_ERRORS) },
});

export const passkeys = createRouter()
  .openapi(begin, async (c) => c.json(await service.beginPasskey(c.var), 200))
  .openapi(create, async (c) => c.json(await service.createPasskey(c.var, c.req.valid("json")), 201))
  .openapi(list, async (c) => c.json(await service.listPasskeys(c.var), 200))
  .openapi(rename, async (c) => {
    const { passkey_id: id } = c.req.valid("param");
    return c.json(await service.renamePasskey(c.var, id, c.req.valid("json").name), 200);
  })
  .openapi(remove, async (c) => {
    await service.removePasskey(c.var, c.req.valid("param").passkey_id);
    return c.body(null, 204);
  });
