import { AppError } from "../../../core/errors.ts";
import { expandWildcards } from "../../../core/permissions.ts";
import type { Principal } from "../../../core/security/principal.ts";
import type { Scope } from "../../../http/context.ts";
import { sessionOfToken } from "../../identity/sessions/service.ts";
import * as repository from "./repository.ts";

type SessionScope = Scope & {
  /** Undefined for an anonymous caller. */
  principal: Principal | undefined;
};

interface Cookies {
  refreshToken: string | undefined;
  /** True if the request has no credentials but cookies. */
  isBrowser: boolean;
}

/** Names of the permissions of which one is needed to read own time entries. */
const READ_ENTRIES = expandWildcards([["time_entries:read"]]).flat();

/**
 * Returns the state of the caller's session. A browser whose session has ended is not signed in. For an anonymous caller, only the
 * refresh cookie is looked at, without the database.
 *
 * @throws AppError INVALID_TOKEN or INACTIVE_USER for credentials in the header
 */
export async function getSessionState(scope: SessionScope, { refreshToken, isBrowser }: Cookies) {
  const { db, principal } = scope;
  const state = principal && (await repository.findState(db, principal.userId).catch(tolerateEnd(isBrowser)));
  const canRefresh = refreshToken !== undefined && (await sessionOfToken(scope, refreshToken)) !== undefined;
  if (!state?.user)
    return { user: null, can_refresh: canRefresh, permissions: [], settings: null, running: null };
  const { user, permissions, settings, running = null } = state;
  const canReadEntries = permissions.some((name) => READ_ENTRIES.includes(name));
  return { user, can_refresh: canRefresh, permissions, settings, running: canReadEntries ? running : null };
}

const tolerateEnd = (isBrowser: boolean) => (error: unknown) => {
  const hasEnded = error instanceof AppError && ["INVALID_TOKEN", "INACTIVE_USER"].includes(error.code);
  if (isBrowser && hasEnded) return undefined;
  throw error;
};
