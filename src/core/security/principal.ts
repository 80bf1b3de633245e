import { AppError } from "../errors.ts";

/** What a caller proved who they are with: a session's access token, or a personal token and its hash. */
export type Credential = { kind: "session"; id: string } | { kind: "token"; id: string; hash: string };

/** Who asks: a user, by one of their credentials. */
export interface Principal {
  userId: string;
  credential: Credential;
}

/** Who asks with a key that only the database knows the owner of. */
export interface KeyHolder {
  credential: { kind: "key"; hash: string };
}

/**
 * The session in which `principal` asks: for routes that are declared `inPerson`.
 *
 * @throws AppError PERMISSION_DENIED for a personal token
 */
export function sessionIdOf({ credential }: Principal): string {
  if (credential.kind === "session") return credential.id;
  throw new AppError("PERMISSION_DENIED", { message: "A personal token cannot do this. Sign in instead." });
}
