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
  summary: "Get the current user's data",
  description:
    "Exports all data that is stored about the current user, including deleted records, without secrets. The export is recorded in the audit log. It requires recent authentication, so that an unattended session cannot be used to copy the account.",
  tags: ["Authentication"],
  // OWASP ASVS 5.0 7.5.3: a highly sensitive operation.
  ...inPerson({ recent: true }),
  responses: { 200: json(PersonalData, "The personal data"), ...errors(...RECENT_ERRORS) },
});

export const personalData = createRouter().openapi(read, async (c) =>
  sendJsonStream(c, service.exportPersonalData(c.var), {
    "Content-Disposition": 'attachment; filename="my-data.json"',
  }),
);
