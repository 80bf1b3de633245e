import type { z } from "zod";
import { AppError } from "../../../core/errors.ts";
import { sha256 } from "../../../core/security/encoding.ts";
import { publicJwkOf } from "../../../core/security/signing-keys.ts";
import type { Variables } from "../../../http/context.ts";
import type { Tagged } from "../../../http/etag.ts";
import type { PublicKeys, ServerMetadata } from "./schemas.ts";

/** Returns the public keys of all signing keys that may have signed a live token. */
export async function getPublicKeys({
  settings,
}: Pick<Variables, "settings">): Promise<Tagged<z.output<typeof PublicKeys>>> {
  const keys = settings.SIGNING_KEYS.map(publicJwkOf);
  return { value: { keys }, tag: await sha256(JSON.stringify(keys)) };
}

/**
 * Returns the metadata of the issuer. Its URLs come from the setting JWT_ISSUER, and not from the request, which a client can forge.
 *
 * @throws AppError RESOURCE_NOT_FOUND if the issuer is not a URL at which clients look for the metadata (RFC 8414 3)
 */
export function describeIssuer(
  { settings }: Pick<Variables, "settings">,
  keysPath: string,
): z.output<typeof ServerMetadata> {
  const issuer = settings.JWT_ISSUER;
  const { origin } = URL.parse(issuer) ?? {};
  if (!origin?.startsWith("https:") || (issuer !== origin && issuer !== `${origin}/`)) {
    throw new AppError("RESOURCE_NOT_FOUND", {
      message: "Metadata not found: JWT_ISSUER is not an https URL without a path.",
    });
  }
  return {
    issuer,
    jwks_uri: origin + keysPath,
    response_types_supported: [],
    grant_types_supported: [],
  };
}
