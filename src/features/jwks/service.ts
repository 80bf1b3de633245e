import type { z } from "zod";
import type { Variables } from "../../core/context.ts";
import type { Tagged } from "../../core/etag.ts";
import { sha256 } from "../../core/security/encoding.ts";
import { publicJwkOf } from "../../core/security/signing-keys.ts";
import type { PublicKeys } from "./schemas.ts";

/** The public halves of all keys that may have signed a token which is still good. */
export async function getPublicKeys({
  settings,
}: Pick<Variables, "settings">): Promise<Tagged<z.output<typeof PublicKeys>>> {
  const keys = settings.SIGNING_KEYS.map(publicJwkOf);
  return { value: { keys }, tag: await sha256(JSON.stringify(keys)) };
}
