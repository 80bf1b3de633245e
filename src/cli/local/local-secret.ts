import { randomBytes } from "node:crypto";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LOCAL_SECRET_PREFIX } from "../../core/config.ts";
import { readIfPresent } from "../present-file.ts";

/**
 * Returns the secret that signs tokens on this machine. It is created on the first start and kept in `dataDir`, readable only by its
 * owner, so that a restart signs no user out. With "memory", each start creates a new secret. Production rejects it.
 */
export async function readLocalSecret(dataDir: string): Promise<string> {
  if (dataDir === "memory") return createSecret();
  const path = join(dataDir, "secret");
  const kept = (await readIfPresent(path))?.trim();
  if (kept?.startsWith(LOCAL_SECRET_PREFIX)) return kept;
  const secret = createSecret();
  await writeFile(`${path}.new`, `${secret}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
  return secret;
}

/** Creates a secret that is strong enough for `AUTH_SECRET`, and that production rejects. */
export function createSecret(): string {
  return `${LOCAL_SECRET_PREFIX}${randomBytes(36).toString("base64url")}`;
}
