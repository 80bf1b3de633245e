import { createRoute, z } from "@hono/zod-openapi";
import { inPerson, requirePermission } from "../../../guard/guard.ts";
import { errors, GUARD_ERRORS, json, NO_CONTENT, RECENT_ERRORS } from "../../../http/openapi.ts";
import { pageHeaders, sendPage } from "../../../http/paging.ts";
import { createRouter } from "../../../http/router.ts";
import { UserParams } from "../users/schemas.ts";
import { Session, SessionParams, SessionQuery, UserSessionParams } from "./schemas.ts";
import * as service from "./service.ts";

const tags = ["Sessions"];
const AT_ONCE = "Its tokens are refused from the next request on.";
const ALL_AT_ONCE = "Their tokens are refused from the next request on.";

const list = createRoute({
  method: "get",
  path: "/",
  operationId: "listSessions",
  summary: "List where I am signed in",
  description: "The sessions that have not ended.",
  tags,
  ...inPerson(),
  request: { query: SessionQuery },
  responses: {
    200: { ...json(z.array(Session), "A page of my sessions"), headers: pageHeaders },
    ...errors("VALIDATION_ERROR", ...GUARD_ERRORS),
  },
});

const endOne = createRoute({
  method: "delete",
  path: "/{session_id}",
  operationId: "endSession",
  summary: "End one of my sessions",
  description: AT_ONCE,
  tags,
  ...inPerson({ recent: true }),
  request: { params: SessionParams },
  responses: { 204: NO_CONTENT, ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...RECENT_ERRORS) },
});

const endOthers = createRoute({
  method: "delete",
  path: "/",
  operationId: "endOtherSessions",
  summary: "Sign out everywhere else",
  description: `All my sessions end but the one that asks. ${ALL_AT_ONCE}`,
  tags,
  ...inPerson({ recent: true }),
  responses: { 204: NO_CONTENT, ...errors(...RECENT_ERRORS) },
});

const listOfUser = createRoute({
  method: "get",
  path: "/{user_id}/sessions",
  operationId: "listUserSessions",
  summary: "List where a user is signed in",
  description: "The sessions that have not ended.",
  tags,
  ...requirePermission("sessions:read", { inPerson: true }),
  request: { params: UserParams, query: SessionQuery },
  responses: {
    200: { ...json(z.array(Session), "A page of the user's sessions"), headers: pageHeaders },
    ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...GUARD_ERRORS),
  },
});

const endOneOfUser = createRoute({
  method: "delete",
  path: "/{user_id}/sessions/{session_id}",
  operationId: "endUserSession",
  summary: "End one of a user's sessions",
  description: `${AT_ONCE} Only a superuser can do this to a superuser.`,
  tags,
  ...requirePermission("sessions:delete", { inPerson: true, recent: true }),
  request: { params: UserSessionParams },
  responses: { 204: NO_CONTENT, ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...RECENT_ERRORS) },
});

const endAllOfUser = createRoute({
  method: "delete",
  path: "/{user_id}/sessions",
  operationId: "endUserSessions",
  summary: "Sign a user out everywhere",
  description: `${ALL_AT_ONCE} Only a superuser can do this to a superuser.`,
  tags,
  ...requirePermission("sessions:delete", { inPerson: true, recent: true }),
  request: { params: UserParams },
  responses: { 204: NO_CONTENT, ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...RECENT_ERRORS) },
});

/** A user's own sessions. */
export const sessions = createRouter()
  .openapi(list, async (c) =>
    c.json(sendPage(c, await service.listSessions(c.var, c.req.valid("query"))), 200),
  )
  .openapi(endOne, async (c) => {
    await service.endOwnSession(c.var, c.req.valid("param").session_id);
    return c.body(null, 204);
  })
  .openapi(endOthers, async (c) => {
    await service.endOtherSessions(c.var);
    return c.body(null, 204);
  });

/** The sessions of others, for administrators. */
export const userSessions = createRouter()
  .openapi(listOfUser, async (c) => {
    const { user_id } = c.req.valid("param");
    return c.json(sendPage(c, await service.listUserSessions(c.var, user_id, c.req.valid("query"))), 200);
  })
  .openapi(endOneOfUser, async (c) => {
    const { user_id, session_id } = c.req.valid("param");
    await service.endUserSession(c.var, user_id, session_id);
    return c.body(null, 204);
  })
  .openapi(endAllOfUser, async (c) => {
    await service.endUserSessions(c.var, c.req.valid("param").user_id);
    return c.body(null, 204);
  });
