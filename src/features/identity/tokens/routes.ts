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
    "For a program that acts for me. Its scopes are among what I hold; what I lose later, it loses too. It manages no credentials: neither mine nor anybody's.",
  tags,
  ...idempotent(inPerson({ recent: true })),
  request: { body: body(CreatePersonalToken) },
  responses: {
    201: json(CreatedPersonalToken, "The token, shown this once"),
    ...errors("BUSINESS_LOGIC_ERROR", ...RECENT_ERRORS, ...IDEMPOTENCY_ERRORS, ...BODY_ERRORS),
  },
});

const list = createRoute({
  method: "get",
  path: "/",
  operationId: "listPersonalTokens",
  summary: "List my personal tokens",
  description: "Those that can be used.",
  tags,
  ...inPerson(),
  request: { query: PersonalTokenQuery },
  responses: {
    200: { ...json(z.array(PersonalToken), "A page of my tokens"), headers: pageHeaders },
    ...errors("VALIDATION_ERROR", ...GUARD_ERRORS),
  },
});

const revoke = createRoute({
  method: "delete",
  path: "/{token_id}",
  operationId: "revokePersonalToken",
  summary: "Revoke one of my personal tokens",
  description: "It is refused from the next request on.",
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
