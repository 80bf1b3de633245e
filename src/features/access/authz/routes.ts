import { createRoute, z } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import { AppError } from "../../../core/errors.ts";
import { requirePermission, signedIn } from "../../../guard/guard.ts";
import type { AppEnv } from "../../../http/context.ts";
import { IfNoneMatch, isSeen, readTag, sendTagged } from "../../../http/etag.ts";
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
  "Callers may ask about themselves; about others they need `authz:check`. A subject is named by the user's id, username or confirmed email.";

/** Refuses every other type of content with 400, as the standard does anything that is not JSON. */
const requireJson: MiddlewareHandler<AppEnv> = async function requireJson(c, next) {
  const [type = ""] = (c.req.header("Content-Type") ?? "").split(";");
  if (type.trim().toLowerCase() !== "application/json") {
    throw new AppError("BAD_REQUEST", { message: "Send the body as application/json." });
  }
  await next();
};

/** Declares, around what declares who may call it, a route that the standard has. */
const decision = <Declared extends { middleware: MiddlewareHandler<AppEnv>[] }>(declared: Declared) => ({
  ...declared,
  middleware: [...declared.middleware, requireJson],
});

const ownPermissions = createRoute({
  method: "get",
  path: "/auth/me/permissions",
  operationId: "getMyPermissions",
  summary: "Read what I may do",
  description:
    "For front ends: the names that my roles grant at this moment, as far as the token that asks may use them.",
  tags,
  ...signedIn({ onlyReads: true }),
  request: { headers: IfNoneMatch },
  responses: {
    200: { ...json(OwnPermissions, "My permissions"), headers: readTag },
    304: { description: "They are those that the client has", headers: readTag },
    ...errors("VALIDATION_ERROR", ...GUARD_ERRORS),
  },
});

const evaluation = createRoute({
  method: "post",
  path: "/access/v1/evaluation",
  operationId: "evaluateAccess",
  summary: "May this subject do this?",
  description: `OpenID AuthZEN Authorization API 1.0. A refusal is a decision, and so a 200. ${ABOUT_OTHERS}`,
  tags,
  ...decision(signedIn({ onlyReads: true, mayNeed: "authz:check" })),
  request: { body: body(EvaluationRequest) },
  responses: { 200: json(Decision, "The decision"), ...errors("BAD_REQUEST", ...GUARD_ERRORS) },
});

const evaluations = createRoute({
  method: "post",
  path: "/access/v1/evaluations",
  operationId: "evaluateAccessBatch",
  summary: "May these subjects do these things?",
  description: `Up to 100 questions at once. ${ABOUT_OTHERS}`,
  tags,
  ...decision(signedIn({ onlyReads: true, mayNeed: "authz:check" })),
  request: { body: body(EvaluationsRequest) },
  responses: {
    200: json(z.union([Decisions, Decision]), "The decisions; or the one, where no evaluations were given"),
    ...errors("BAD_REQUEST", ...GUARD_ERRORS),
  },
});

const searchSubjects = createRoute({
  method: "post",
  path: "/access/v1/search/subject",
  operationId: "searchSubjects",
  summary: "Who may do this?",
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
  summary: "To what may this subject do this?",
  description: `The ids of records of this API; of other types one result, with the id \`*\`, or none. ${ABOUT_OTHERS}`,
  tags,
  ...decision(signedIn({ onlyReads: true, mayNeed: "authz:check" })),
  request: { body: body(ResourceSearch) },
  responses: {
    200: json(ResourceResults, "All resources of the type, or none"),
    ...errors("BAD_REQUEST", ...GUARD_ERRORS),
  },
});

const searchActions = createRoute({
  method: "post",
  path: "/access/v1/search/action",
  operationId: "searchActions",
  summary: "What may this subject do to this?",
  description: `Of the actions that there are permissions for. ${ABOUT_OTHERS}`,
  tags,
  ...decision(signedIn({ onlyReads: true, mayNeed: "authz:check" })),
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
  summary: "Where to ask for decisions",
  description: "The metadata by which clients of OpenID AuthZEN find the endpoints.",
  tags,
  security: [],
  responses: { 200: json(AuthzenConfiguration, "The metadata of AuthZEN"), ...errorsWithoutDatabase() },
});

export const myPermissions = createRouter().openapi(ownPermissions, async (c) => {
  const found = await service.getOwnPermissions(c.var);
  const value = sendTagged(c, found);
  return isSeen(found.tag, c.req.valid("header")) ? c.body(null, 304) : c.json(value, 200);
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
  .openapi(configuration, (c) => c.json(configurationAt(new URL(c.req.url).origin), 200));

const configurationAt = (origin: string): z.output<typeof AuthzenConfiguration> => ({
  policy_decision_point: origin,
  access_evaluation_endpoint: origin + evaluation.path,
  access_evaluations_endpoint: origin + evaluations.path,
  search_subject_endpoint: origin + searchSubjects.path,
  search_resource_endpoint: origin + searchResources.path,
  search_action_endpoint: origin + searchActions.path,
});
