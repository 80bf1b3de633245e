import { createRoute, z } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import { AppError } from "../../../core/errors.ts";
import { requirePermission, signedIn } from "../../../guard/guard.ts";
import type { AppEnv } from "../../../http/context.ts";
import { IfNoneMatch, isNotModified, readTagHeaders, sendTagged } from "../../../http/etag.ts";
import { body, errors, errorsWithoutDatabase, GUARD_ERRORS, json } from "../../../http/openapi.ts";
import { createRouter } from "../../../http/router.ts";
import {
  ActionResults,
  ActionSearch,
  AuthzenConfiguration,
  Decision,
  Decisions,
  EvaluationRequest,
  EvaluationsRequest,
  OwnPermissions,
  ResourceResults,
  ResourceSearch,
  SubjectResults,
  SubjectSearch,
} from "./schemas.ts";
import * as service from "./service.ts";

const tags = ["Authorization"];
const ABOUT_OTHERS =
  "Questions about users other than the current one require `authz:check`. A subject is identified by the user's id, username or confirmed email.";

/** `application/json` in the forms that the validation of bodies accepts. It would answer others with 415. */
const JSON_TYPE = /^application\/json(?:;\s*[a-z0-9-]+=[^;]+)*$/i;

/** Rejects other content types with 400, as the standard requires for anything that is not JSON. */
const requireJson: MiddlewareHandler<AppEnv> = async function requireJson(c, next) {
  if (!JSON_TYPE.test(c.req.header("Content-Type") ?? "")) {
    throw new AppError("BAD_REQUEST", { message: "Send the body as application/json." });
  }
  await next();
};

/** Extends a route's guard for a route of the standard. */
const decision = <Declared extends { middleware: MiddlewareHandler<AppEnv>[] }>(declared: Declared) => ({
  ...declared,
  middleware: [...declared.middleware, requireJson],
});

const ownPermissions = createRoute({
  method: "get",
  path: "/auth/me/permissions",
  operationId: "getMyPermissions",
  summary: "Get the current user's permissions",
  description:
    "Returns the permissions that the current user's roles grant, limited to the scopes of the token. Useful to front ends.",
  tags,
  ...signedIn({ isReadOnly: true }),
  request: { headers: IfNoneMatch },
  responses: {
    200: { ...json(OwnPermissions, "The current user's permissions"), headers: readTagHeaders },
    304: { description: "The permissions have not changed", headers: readTagHeaders },
    ...errors("VALIDATION_ERROR", ...GUARD_ERRORS),
  },
});

const evaluation = createRoute({
  method: "post",
  path: "/access/v1/evaluation",
  operationId: "evaluateAccess",
  summary: "Evaluate access",
  description: `OpenID AuthZEN Authorization API 1.0. A denial is also a decision, so the response is 200. ${ABOUT_OTHERS}`,
  tags,
  ...decision(signedIn({ isReadOnly: true, mayNeed: "authz:check" })),
  request: { body: body(EvaluationRequest) },
  responses: { 200: json(Decision, "The decision"), ...errors("BAD_REQUEST", ...GUARD_ERRORS) },
});

const evaluations = createRoute({
  method: "post",
  path: "/access/v1/evaluations",
  operationId: "evaluateAccessBatch",
  summary: "Evaluate access in a batch",
  description: `Evaluates up to 100 questions in one request. ${ABOUT_OTHERS}`,
  tags,
  ...decision(signedIn({ isReadOnly: true, mayNeed: "authz:check" })),
  request: { body: body(EvaluationsRequest) },
  responses: {
    200: json(
      z.union([Decisions, Decision]),
      "The decisions, or a single decision if `evaluations` is missing or empty",
    ),
    ...errors("BAD_REQUEST", ...GUARD_ERRORS),
  },
});

const searchSubjects = createRoute({
  method: "post",
  path: "/access/v1/search/subject",
  operationId: "searchSubjects",
  summary: "Search subjects",
  tags,
  ...decision(requirePermission("authz:check")),
  request: { body: body(SubjectSearch) },
  responses: {
    200: json(SubjectResults, "A page of active users"),
    ...errors("BAD_REQUEST", ...GUARD_ERRORS),
  },
});

const searchResources = createRoute({
  method: "post",
  path: "/access/v1/search/resource",
  operationId: "searchResources",
  summary: "Search resources",
  description: `Finds the ids of records of this API. For other types, there is one result with the id \`*\`, or no result. ${ABOUT_OTHERS}`,
  tags,
  ...decision(signedIn({ isReadOnly: true, mayNeed: "authz:check" })),
  request: { body: body(ResourceSearch) },
  responses: {
    200: json(ResourceResults, "A page of resources"),
    ...errors("BAD_REQUEST", ...GUARD_ERRORS),
  },
});

const searchActions = createRoute({
  method: "post",
  path: "/access/v1/search/action",
  operationId: "searchActions",
  summary: "Search actions",
  description: `Searches the actions for which permissions exist. ${ABOUT_OTHERS}`,
  tags,
  ...decision(signedIn({ isReadOnly: true, mayNeed: "authz:check" })),
  request: { body: body(ActionSearch) },
  responses: {
    200: json(ActionResults, "A page of actions"),
    ...errors("BAD_REQUEST", ...GUARD_ERRORS),
  },
});

const configuration = createRoute({
  method: "get",
  path: "/.well-known/authzen-configuration",
  operationId: "getAuthzenConfiguration",
  summary: "Get the AuthZEN configuration",
  description: "Metadata with which clients of OpenID AuthZEN find the endpoints.",
  tags,
  security: [],
  responses: { 200: json(AuthzenConfiguration, "The metadata of AuthZEN"), ...errorsWithoutDatabase() },
});

export const myPermissions = createRouter().openapi(ownPermissions, async (c) => {
  const found = await service.getOwnPermissions(c.var);
  const value = sendTagged(c, found);
  return isNotModified(found.tag, c.req.valid("header")) ? c.body(null, 304) : c.json(value, 200);
});

// The standard answers every malformed request with 400.
export const authz = createRouter({ invalid: "BAD_REQUEST", ignoresUnknown: true })
  .openapi(evaluation, async (c) => c.json(await service.evaluate(c.var, c.req.valid("json")), 200))
  .openapi(evaluations, async (c) => c.json(await service.evaluateBatch(c.var, c.req.valid("json")), 200))
  .openapi(searchSubjects, async (c) => c.json(await service.searchSubjects(c.var, c.req.valid("json")), 200))
  .openapi(searchResources, async (c) =>
    c.json(await service.searchResources(c.var, c.req.valid("json")), 200),
  )
  .openapi(searchActions, async (c) => c.json(await service.searchActions(c.var, c.req.valid("json")), 200))
  .openapi(configuration, (c) => c.json(configurationOf(new URL(c.req.url).origin), 200));

const configurationOf = (origin: string): z.output<typeof AuthzenConfiguration> => ({
  policy_decision_point: origin,
  access_evaluation_endpoint: origin + evaluation.path,
  access_evaluations_endpoint: origin + evaluations.path,
  search_subject_endpoint: origin + searchSubjects.path,
  search_resource_endpoint: origin + searchResources.path,
  search_action_endpoint: origin + searchActions.path,
});
