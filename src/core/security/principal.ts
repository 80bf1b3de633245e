import { AppError } from "../errors.ts";

/** Credential of a request: a session, by its access token, or a personal token with its hash. */
export type Credential = { kind: "session"; id: string } | { kind: "token"; id: string; hash: string };

/** The authenticated identity of a request: a user and the credential that was used. */
export interface Principal {
  userId: string;
  credential: Credential;
}

/** The holder of an API key, whose owner only the database knows. */
export interface KeyHolder {
  credential: { kind: "key"; hash: string };
}

/**
 * Returns the session of `principal`, for routes that are declared `inPerson`.
 *
 * @throws AppError PERMISSION_DENIED for a personal token
 */
export function sessionIdOf({ credential }: Principal): string {
  if (credential.kind === "session") return credential.id;
  throw new AppError("PERMISSION_DENIED", { message: "A personal token cannot do this. Sign in instead." });
}
