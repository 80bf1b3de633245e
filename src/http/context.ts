import type { Settings } from "../core/config.ts";
import type { Origin } from "../core/origin.ts";
import type { KeyHolder, Principal } from "../core/security/principal.ts";
import type { Database, RequestDatabase } from "../database/client.ts";

/** What a request carries: set by middleware, read by handlers and handed to services. */
export interface Variables {
  requestId: string;
  /** What the client calls its request, if it names it. It proves nothing: two requests may be called alike. */
  clientRequestId: string | undefined;
  settings: Settings;
  origin: Origin;
  /** The database of this request. Where the route is guarded, whatever it does is behind the guard. */
  db: Database;
  /** For middleware that puts another in its place. */
  claiming: RequestDatabase["claiming"];
  /** Leaves work for after the answer. */
  defer: (work: () => Promise<void>) => void;
  /** What the guard is told of who asks. Set on guarded routes only. */
  asker: Principal | KeyHolder;
  /** Who asks. Set on guarded routes only, and not where they ask with a key (see `requirePermission`). */
  principal: Principal;
  /** The same, by whatever they ask, once the guard has let them. */
  actorId: () => string | undefined;
}

export interface AppEnv {
  Bindings: Record<string, unknown> & { ASSETS?: Fetcher };
  Variables: Variables;
}

/** What a service of a public route is given. */
export type Scope = Pick<Variables, "db" | "settings">;

/** What it is given where it matters who asks, or where something is left for after the answer. */
export type OriginScope = Scope & Pick<Variables, "origin" | "defer">;

/** What a service of a guarded route is given. */
export type PrincipalScope = OriginScope & Pick<Variables, "principal">;
