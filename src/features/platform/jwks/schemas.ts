import { z } from "@hono/zod-openapi";

const number = z.string().openapi({ example: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU" });

/** A key that verifies access tokens (RFC 7517 4, RFC 7518 6.2.1). */
const PublicKey = z
  .object({
    kty: z.literal("EC"),
    crv: z.literal("P-256"),
    x: number,
    y: number,
    kid: z.string().openapi({ description: "`kid` in the header of tokens that this key signed" }),
    use: z.literal("sig"),
    alg: z.literal("ES256"),
  })
  .openapi("PublicKey");

/** Metadata of the issuer of access tokens, for clients of OAuth 2.0 (RFC 8414 2). */
export const ServerMetadata = z
  .object({
    issuer: z
      .url()
      .openapi({ description: "`iss` of access tokens", example: "https://tracker.example.com" }),
    jwks_uri: z.url().openapi({ example: "https://tracker.example.com/.well-known/jwks.json" }),
    response_types_supported: z.array(z.never()).openapi({ type: "array", items: { type: "string" } }),
    grant_types_supported: z.array(z.never()).openapi({
      type: "array",
      items: { type: "string" },
      description: "Always empty: users sign in with `/auth/login`",
    }),
  })
  .openapi("AuthorizationServerMetadata");

/** A JWK Set (RFC 7517 5). */
export const PublicKeys = z
  .object({ keys: z.array(PublicKey).openapi({ description: "Empty if only HS256 is used" }) })
  .openapi("PublicKeys");
