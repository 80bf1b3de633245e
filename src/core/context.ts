import type { Database } from "../database/client.ts";
import type { Settings } from "./config.ts";
import type { Principal } from "./security/access-token.ts";

/** What a request carries: set by middleware, read by handlers and handed to services. */
export interface Variables {
  requestId: string;
  settings: Settings;
  /** The database of this request. Where the route is guarded, whatever it does is behind the guard. */
  db: Database;
  /** Who asks. Set on guarded routes only. */
  principal: Principal;
}

export interface AppEnv {
  Bindings: Record<string, unknown> & { ASSETS?: Fetcher };
  Variables: Variables;
}

/** What a service of a public route is given. */
export type Scope = Pick<Variables, "db" | "settings">;

/** What a service of a guarded route is given. */
export type PrincipalScope = Scope & Pick<Variables, "principal">;
