import { createRoute, z } from "@hono/zod-openapi";
import { requirePermission, signedIn } from "../../../src/guard/guard.ts";
import { errors, GUARD_ERRORS, json } from "../../../src/http/openapi.ts";
import { createRouter } from "../../../src/http/router.ts";
import { OwnerParams, SignIn, SignInParams } from "./schemas.ts";
import * as service from "./service.ts";

const tags = ["Authentication"];
const signInList = json(z.array(SignIn), "The latest sign-ins");

const listOwn = createRoute({
  method: "get",
  path: "/",
  operationId: "listMySignIns",
  summary: "List the current user's sign-ins",
  tags,
  ...signedIn(),
  responses: { 200: signInList, ...errors(...GUARD_ERRORS) },
});

const getOwn = createRoute({
  method: "get",
  path: "/{sign_in_id}",
  operationId: "getMySignIn",
  summary: "Get a sign-in",
  tags,
  ...signedIn(),
  request: { params: SignInParams },
  responses: {
    200: json(SignIn, "The sign-in"),
    ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...GUARD_ERRORS),
  },
});

const listOfUser = createRoute({
  method: "get",
  path: "/of/{user_id}",
  operationId: "listSignInsOfUser",
  summary: "List a user's sign-ins",
  tags,
  ...requirePermission("users:read"),
  request: { params: OwnerParams },
  responses: { 200: signInList, ...errors("VALIDATION_ERROR", ...GUARD_ERRORS) },
});

export const signIns = createRouter()
  .openapi(listOwn, async (c) => c.json(await service.listSignIns(c.var), 200))
  .openapi(getOwn, async (c) => c.json(await service.getSignIn(c.var, c.req.valid("param").sign_in_id), 200))
  .openapi(listOfUser, async (c) =>
    c.json(await service.listSignIns(c.var, c.req.valid("param").user_id), 200),
  );
