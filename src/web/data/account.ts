import { useQuery } from "@tanstack/preact-query";
import { api, call, callTagged } from "../api/client.ts";
import { queries } from "./client.ts";

/** The data of the account's pages: for each, its key and the request. */
const SOURCES = {
  email: () => call(api.GET("/auth/email")),
  factors: () => call(api.GET("/auth/factors")),
  passkeys: () => call(api.GET("/auth/passkeys")),
  projects: () => call(api.GET("/projects", { params: { query: { limit: 1 } } })),
  settings: () => call(api.GET("/auth/settings")),
  sessions: () => call(api.GET("/auth/sessions", { params: { query: { limit: 100 } } })),
  timeSettings: () => callTagged(api.GET("/settings/time")),
  tokens: () => call(api.GET("/auth/tokens", { params: { query: { limit: 100 } } })),
};

type Source = keyof typeof SOURCES;
type Data<Name extends Source> = Awaited<ReturnType<(typeof SOURCES)[Name]>>;

/** Returns data of the account, which is loaded if necessary. */
export const useAccount = <Name extends Source>(name: Name) =>
  useQuery({ queryKey: ["account", name], queryFn: SOURCES[name] as () => Promise<Data<Name>> }, queries);

/** Loads data of the account again after a change. */
export async function reloadAccount(...names: Source[]): Promise<void> {
  await Promise.all(names.map((name) => queries.invalidateQueries({ queryKey: ["account", name] })));
}

/** Returns whether the server accepts passkeys at this address. */
export const acceptsPasskeys = async (): Promise<boolean> => {
  const queryKey = ["account", "settings"];
  const settings = await queries.fetchQuery({ queryKey, queryFn: SOURCES.settings }).catch(() => undefined);
  return settings?.can_use_passkeys ?? false;
};
