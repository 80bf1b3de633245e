import type { Settings } from "../core/config.ts";
import type { Origin } from "../core/origin.ts";
import type { KeyHolder, Principal } from "../core/security/principal.ts";
import type { Database, RequestDatabase } from "../database/client.ts";

/** Variables of a request, set by middleware, read by handlers and passed to services. */
export interface Variables {
  requestId: string;
  /** The client's own id of the request, if it sent one. It need not be unique. */
  clientRequestId: string | undefined;
  settings: Settings;
  origin: Origin;
  /** The request's database. On a guarded route, each transaction starts with the guard. */
  db: Database;
  /** Returns a database that claims an Idempotency-Key, with which the idempotency middleware replaces `db`. */
  withClaim: RequestDatabase["withClaim"];
  /** Runs `work` after the response has been sent. */
  defer: (work: () => Promise<void>) => void;
  /** Credential in hand, as the guard checks it. Set on guarded routes only. */
  caller: Principal | KeyHolder;
  /** The authenticated principal. Set on guarded routes only, and not for requests with an API key (see `requirePermission`). */
  principal: Principal;
  /** Returns the authenticated user's id, with any credential, once the guard has passed. */
  actorId: () => string | undefined;
}

export interface AppEnv {
  Bindings: Record<string, unknown> & { ASSETS?: Fetcher };
  Variables: Variables;
}

/** Context of a service for public routes. */
export type Scope = Pick<Variables, "db" | "settings">;

/** Context of a service that also needs the origin of the request or defers work. */
export type OriginScope = Scope & Pick<Variables, "origin" | "defer">;

/** Context of a service for guarded routes. */
export type PrincipalScope = OriginScope & Pick<Variables, "principal">;
