import { createRoute } from "@hono/zod-openapi";
import { IfNoneMatch, isSeen, readTag, sendTagged } from "../../core/etag.ts";
import { errorsWithoutDatabase, json } from "../../core/openapi.ts";
import { createRouter } from "../../core/router.ts";
import { PublicKeys } from "./schemas.ts";
import * as service from "./service.ts";

const publicKeys = createRoute({
  method: "get",
  path: "/.well-known/jwks.json",
  operationId: "getPublicKeys",
  summary: "Read the keys that verify access tokens",
  description:
    "For other services: a JWK Set with the public keys of this one. Ask again for a `kid` that is not among those you have.",
  tags: ["Authentication"],
  security: [],
  request: { headers: IfNoneMatch },
  responses: {
    200: { ...json(PublicKeys, "The public keys"), headers: readTag },
    304: { description: "They are those that the client has", headers: readTag },
    ...errorsWithoutDatabase("VALIDATION_ERROR"),
  },
});

/** How long others may keep the keys; a new one must be among them for so long before it signs. */
const MAX_AGE_SECONDS = 600;

export const jwks = createRouter({ ignoresUnknown: true }).openapi(publicKeys, async (c) => {
  const found = await service.getPublicKeys(c.var);
  const value = sendTagged(c, found);
  c.header("Cache-Control", `public, max-age=${MAX_AGE_SECONDS}`);
  return isSeen(found.tag, c.req.valid("header")) ? c.body(null, 304) : c.json(value, 200);
});
