import { createRoute } from "@hono/zod-openapi";
import { IfNoneMatch, isNotModified, readTagHeaders, sendTagged } from "../../../http/etag.ts";
import { errorsWithoutDatabase, json } from "../../../http/openapi.ts";
import { createRouter } from "../../../http/router.ts";
import { PublicKeys, ServerMetadata } from "./schemas.ts";
import * as service from "./service.ts";

const publicKeys = createRoute({
  method: "get",
  path: "/.well-known/jwks.json",
  operationId: "getPublicKeys",
  summary: "Get the public keys",
  description:
    "Returns a JWK Set with the keys that verify access tokens, for other services. Fetch it again when a token has an unknown `kid`.",
  tags: ["Authentication"],
  security: [],
  request: { headers: IfNoneMatch },
  responses: {
    200: { ...json(PublicKeys, "The public keys"), headers: readTagHeaders },
    304: { description: "The keys have not changed", headers: readTagHeaders },
    ...errorsWithoutDatabase("VALIDATION_ERROR"),
  },
});

const serverMetadata = createRoute({
  method: "get",
  path: "/.well-known/oauth-authorization-server",
  operationId: "getAuthorizationServerMetadata",
  summary: "Get the authorization server metadata",
  description:
    "Returns the metadata of RFC 8414 if `JWT_ISSUER` is an https URL. It lists no grant types, since the service supports none.",
  tags: ["Authentication"],
  security: [],
  responses: {
    200: json(ServerMetadata, "The metadata of the issuer"),
    ...errorsWithoutDatabase("RESOURCE_NOT_FOUND"),
  },
});

/** Time for which clients may cache the keys. A new key must be published for this long before it signs. */
const MAX_AGE_SECONDS = 600;

export const jwks = createRouter({ ignoresUnknown: true })
  .openapi(publicKeys, async (c) => {
    const found = await service.getPublicKeys(c.var);
    const value = sendTagged(c, found);
    c.header("Cache-Control", `public, max-age=${MAX_AGE_SECONDS}`);
    return isNotModified(found.tag, c.req.valid("header")) ? c.body(null, 304) : c.json(value, 200);
  })
  .openapi(serverMetadata, (c) => {
    const metadata = service.describeIssuer(c.var, publicKeys.path);
    c.header("Cache-Control", `public, max-age=${MAX_AGE_SECONDS}`);
    return c.json(metadata, 200);
  });
