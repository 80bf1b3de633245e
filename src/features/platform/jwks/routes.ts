import { createRoute } from "@hono/zod-openapi";
import { IfNoneMatch, isSeen, readTag, sendTagged } from "../../../http/etag.ts";
import { errorsWithoutDatabase, json } from "../../../http/openapi.ts";
import { createRouter } from "../../../http/router.ts";
import { PublicKeys, ServerMetadata } from "./schemas.ts";
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

const serverMetadata = createRoute({
  method: "get",
  path: "/.well-known/oauth-authorization-server",
  operationId: "getAuthorizationServerMetadata",
  summary: "Get the authorization server metadata",
  description:
    "The metadata of RFC 8414, where `JWT_ISSUER` is an https address. It lists no grant types, since the service has none.",
  tags: ["Authentication"],
  security: [],
  responses: {
    200: json(ServerMetadata, "The metadata of the issuer"),
    ...errorsWithoutDatabase("RESOURCE_NOT_FOUND"),
  },
});

/** How long others may keep the keys; a new one must be among them for so long before it signs. */
const MAX_AGE_SECONDS = 600;

export const jwks = createRouter({ ignoresUnknown: true })
  .openapi(publicKeys, async (c) => {
    const found = await service.getPublicKeys(c.var);
    const value = sendTagged(c, found);
    c.header("Cache-Control", `public, max-age=${MAX_AGE_SECONDS}`);
    return isSeen(found.tag, c.req.valid("header")) ? c.body(null, 304) : c.json(value, 200);
  })
  .openapi(serverMetadata, (c) => {
    const metadata = service.describeIssuer(c.var, publicKeys.path);
    c.header("Cache-Control", `public, max-age=${MAX_AGE_SECONDS}`);
    return c.json(metadata, 200);
  });
