import type { z } from "zod";
import { AppError } from "../../../core/errors.ts";
import { sha256 } from "../../../core/security/encoding.ts";
import { publicJwkOf } from "../../../core/security/signing-keys.ts";
import type { Variables } from "../../../http/context.ts";
import type { Tagged } from "../../../http/etag.ts";
import type { PublicKeys, ServerMetadata } from "./schemas.ts";

/** The public halves of all keys that may have signed a token which is still good. */
export async function getPublicKeys({
  settings,
}: Pick<Variables, "settings">): Promise<Tagged<z.output<typeof PublicKeys>>> {
  const keys = settings.SIGNING_KEYS.map(publicJwkOf);
  return { value: { keys }, tag: await sha256(JSON.stringify(keys)) };
}

/**
 * Where the keys of the issuer are. The address is that of the issuer, and not of the request, which anybody may write.
 *
 * @throws AppError RESOURCE_NOT_FOUND where the issuer is not an address at which clients look for this (RFC 8414 3)
 */
export function describeIssuer(
  { settings }: Pick<Variables, "settings">,
  keysPath: string,
): z.output<typeof ServerMetadata> {
  const issuer = settings.JWT_ISSUER;
  const { origin } = URL.parse(issuer) ?? {};
  if (!origin?.startsWith("https:") || (issuer !== origin && issuer !== `${origin}/`)) {
    throw new AppError("RESOURCE_NOT_FOUND", {
      message: "The issuer of access tokens is no https address without a path: see JWT_ISSUER.",
    });
  }
  return {
    issuer,
    jwks_uri: origin + keysPath,
    response_types_supported: [],
    grant_types_supported: [],
  };
}
