import { randomBytes } from "node:crypto";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LOCAL_SECRET_PREFIX } from "../../core/config.ts";
import { readIfPresent } from "../present-file.ts";

/**
 * The secret that tokens are signed with on this machine: made on the first start and kept in `dataDir`, readable by its
 * owner alone, so that nobody is signed out by a restart. With "memory" a new one each time. Production refuses it.
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

/** A secret that is good enough for `AUTH_SECRET`, except in production. */
export function createSecret(): string {
  return `${LOCAL_SECRET_PREFIX}${randomBytes(36).toString("base64url")}`;
}
