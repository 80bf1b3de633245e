import { createRoute, z } from "@hono/zod-openapi";
import { inPerson, requirePermission } from "../../../guard/guard.ts";
import { errors, GUARD_ERRORS, json, NO_CONTENT, RECENT_ERRORS } from "../../../http/openapi.ts";
import { pageHeaders, sendPage } from "../../../http/paging.ts";
import { createRouter } from "../../../http/router.ts";
import { UserParams } from "../users/schemas.ts";
import { Session, SessionParams, SessionQuery, UserSessionParams } from "./schemas.ts";
import * as service from "./service.ts";

const tags = ["Sessions"];
const REJECTS_TOKENS = "The session's tokens are rejected immediately.";
const REJECTS_ALL_TOKENS = "The sessions' tokens are rejected immediately.";

const list = createRoute({
  method: "get",
  path: "/",
  operationId: "listSessions",
  summary: "List the current user's sessions",
  description: "Lists the sessions that have not ended.",
  tags,
  ...inPerson(),
  request: { query: SessionQuery },
  responses: {
    200: { ...json(z.array(Session), "A page of sessions"), headers: pageHeaders },
    ...errors("VALIDATION_ERROR", ...GUARD_ERRORS),
  },
});

const endOne = createRoute({
  method: "delete",
  path: "/{session_id}",
  operationId: "endSession",
  summary: "End a session",
  description: `Ends a session of the current user. ${REJECTS_TOKENS}`,
  tags,
  ...inPerson({ recent: true }),
  request: { params: SessionParams },
  responses: { 204: NO_CONTENT, ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...RECENT_ERRORS) },
});

const endOthers = createRoute({
  method: "delete",
  path: "/",
  operationId: "endOtherSessions",
  summary: "End all other sessions",
  description: `Ends all sessions of the current user except the one that sends this request. ${REJECTS_ALL_TOKENS}`,
  tags,
  ...inPerson({ recent: true }),
  responses: { 204: NO_CONTENT, ...errors(...RECENT_ERRORS) },
});

const listOfUser = createRoute({
  method: "get",
  path: "/{user_id}/sessions",
  operationId: "listUserSessions",
  summary: "List a user's sessions",
  description: "Lists the sessions that have not ended.",
  tags,
  ...requirePermission("sessions:read", { inPerson: true }),
  request: { params: UserParams, query: SessionQuery },
  responses: {
    200: { ...json(z.array(Session), "A page of sessions"), headers: pageHeaders },
    ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...GUARD_ERRORS),
  },
});

const endOneOfUser = createRoute({
  method: "delete",
  path: "/{user_id}/sessions/{session_id}",
  operationId: "endUserSession",
  summary: "End a user's session",
  description: `${REJECTS_TOKENS} Only a superuser can end the session of a superuser.`,
  tags,
  ...requirePermission("sessions:delete", { inPerson: true, recent: true }),
  request: { params: UserSessionParams },
  responses: { 204: NO_CONTENT, ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...RECENT_ERRORS) },
});

const endAllOfUser = createRoute({
  method: "delete",
  path: "/{user_id}/sessions",
  operationId: "endUserSessions",
  summary: "End all of a user's sessions",
  description: `${REJECTS_ALL_TOKENS} Only a superuser can end the sessions of a superuser.`,
  tags,
  ...requirePermission("sessions:delete", { inPerson: true, recent: true }),
  request: { params: UserParams },
  responses: { 204: NO_CONTENT, ...errors("RESOURCE_NOT_FOUND", "VALIDATION_ERROR", ...RECENT_ERRORS) },
});

/** Routes of the current user's sessions. */
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

/** Routes of other users' sessions, for administrators. */
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
