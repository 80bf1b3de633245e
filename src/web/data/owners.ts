import { useQuery } from "@tanstack/preact-query";
import { api, call } from "../api/client.ts";
import { queries } from "./client.ts";
import { isWhole, loadAll } from "./names.ts";
import type { Member } from "./organizations.ts";
import type { Scope } from "./scope.ts";

/** Loads the members of an organization, or its former members whose accounts exist. */
const membersOf = (scope: Scope, left: boolean, isWanted: boolean) => ({
  queryKey: ["organizations", scope, "names", left],
  queryFn: () =>
    loadAll((query) =>
      call(
        api.GET("/organizations/{organization_id}/members", {
          params: { path: { organization_id: scope ?? "" }, query: { ...query, ...(left && { left }) } },
        }),
      ),
    ),
  enabled: isWanted && scope !== null,
  staleTime: 5 * 60_000,
});

/**
 * Returns the function that finds the member of an id in an organization: null for a deleted account, and undefined while that is not
 * known, or if the organization has too many members to load. Nothing is loaded without `ids`.
 */
export function useOwners(scope: Scope, ids: readonly string[]): (id: string) => Member | null | undefined {
  const present = useQuery(membersOf(scope, false, ids.length > 0), queries).data;
  const isMissing = (id: string) => !present?.some((member) => member.user_id === id);
  const former = useQuery(membersOf(scope, true, present !== undefined && ids.some(isMissing)), queries).data;
  return (id) => {
    const member = [...(present ?? []), ...(former ?? [])].find(({ user_id }) => user_id === id);
    return member ?? (isWhole(present) && isWhole(former) ? null : undefined);
  };
}
