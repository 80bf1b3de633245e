import { createRoute } from "@hono/zod-openapi";
import { inPerson } from "../../../guard/guard.ts";
import { errors, json, RECENT_ERRORS } from "../../../http/openapi.ts";
import { createRouter } from "../../../http/router.ts";
import { sendJsonStream } from "../../../http/streaming.ts";
import { PersonalData } from "./schemas.ts";
import * as service from "./service.ts";

const read = createRoute({
  method: "get",
  path: "/",
  operationId: "getMyData",
  summary: "All that is kept about me",
  description:
    "Deleted records too, and no secrets. That it was asked for is in the audit log. Who has a session that was left open must not carry a life away, so it asks for proof.",
  tags: ["Authentication"],
  // OWASP ASVS 5.0 7.5.3: a highly sensitive operation.
  ...inPerson({ recent: true }),
  responses: { 200: json(PersonalData, "The data"), ...errors(...RECENT_ERRORS) },
});

export const personalData = createRouter().openapi(read, async (c) =>
  sendJsonStream(c, service.exportPersonalData(c.var), {
    "Content-Disposition": 'attachment; filename="my-data.json"',
  }),
);
