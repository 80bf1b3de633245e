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
import { pageHeaders, sendPage } from "../../../http/paging.ts";
import { createRouter } from "../../../http/router.ts";
import {
  CreatedPersonalToken,
  CreatePersonalToken,
  PersonalToken,
  PersonalTokenParams,
  PersonalTokenQuery,
} from "./schemas.ts";
import * as service from "./service.ts";

const tags = ["Tokens"];

const create = createRoute({
  method: "post",
  path: "/",
  operationId: "createPersonalToken",
  summary: "Create a personal token",
  description:
    "Creates a token for a program that acts for the current user. Its scopes are limited to the permissions that the user holds; if the user loses a permission, the token loses it too. It cannot manage credentials.",
  tags,
  ...idempotent(inPerson({ recent: true })),
  request: { body: body(CreatePersonalToken) },
  responses: {
    201: json(CreatedPersonalToken, "The token, shown only once"),
    ...errors("BUSINESS_LOGIC_ERROR", ...RECENT_ERRORS, ...IDEMPOTENCY_ERRORS, ...BODY_ERRORS),
  },
});

const list = createRoute({
  method: "get",
  path: "/",
  operationId: "listPersonalTokens",
  summary: "List the current user's personal tokens",
  description: "Lists the tokens that are neither revoked nor expired.",
  tags,
  ...inPerson(),
  request: { query: PersonalTokenQuery },
  responses: {
    200: { ...json(z.array(PersonalToken), "A page of personal tokens"), headers: pageHeaders },
    ...errors("VALIDATION_ERROR", ...GUARD_ERRORS),
  },
});

const revoke = createRoute({
  method: "delete",
  path: "/{token_id}",
  operationId: "revokePersonalToken",
  summary: "Revoke a personal token",
  description: "Revokes a token of the current user. The token is rejected immediately.",
  tags,
  ...inPerson({ recent: true }),
  request: { params: PersonalTokenParams },
  responses: { 204: NO_CONTENT, ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...RECENT_ERRORS) },
});

export const tokens = createRouter()
  .openapi(create, async (c) => c.json(await service.createToken(c.var, c.req.valid("json")), 201))
  .openapi(list, async (c) => c.json(sendPage(c, await service.listTokens(c.var, c.req.valid("query"))), 200))
  .openapi(revoke, async (c) => {
    await service.revokeToken(c.var, c.req.valid("param").token_id);
    return c.body(null, 204);
  });
