import { useQuery } from "@tanstack/preact-query";
import { api, call, callTagged } from "../api/client.ts";
import type { Schemas } from "../api/types.ts";
import { queries, useEarlyQuery } from "./client.ts";
import { leaveScope, type Scope } from "./scope.ts";
import { sessionUserId } from "./session.ts";

export type Organization = Schemas["OrganizationResponse"];
/** An organization in a list, without the user's grants. */
type OrganizationItem = Schemas["Organization"];
export type Member = Schemas["OrganizationMember"];
export type Role = Schemas["OrganizationRole"];
export type Invitation = Schemas["Invitation"];
export type Team = Schemas["TeamResponse"];
export type Department = Schemas["DepartmentResponse"];
export type TeamMember = Schemas["TeamMember"];

/** Number of records that a page shows at most. */
export const SHOWN = 100;

const KEY = ["organizations"];

const keptKey = () => `organizations-${sessionUserId()}`;

async function loadOrganizations(): Promise<OrganizationItem[]> {
  const organizations = await call(api.GET("/organizations", { params: { query: { limit: SHOWN } } }));
  sessionStorage.setItem(keptKey(), JSON.stringify(organizations));
  return organizations;
}

/** Returns the organizations as they were before a reload, so that nothing moves when they come again. */
function keptOrganizations(): OrganizationItem[] | undefined {
  const kept = sessionStorage.getItem(keptKey());
  return kept === null ? undefined : (JSON.parse(kept) as OrganizationItem[]);
}

/** Returns the user's organizations. */
export const useOrganizations = () =>
  useQuery(
    {
      queryKey: KEY,
      queryFn: loadOrganizations,
      initialData: keptOrganizations,
      initialDataUpdatedAt: 0,
    },
    queries,
  );

/** Returns the invitations to the user's email. */
export const useOwnInvitations = () =>
  useQuery({ queryKey: [...KEY, "invitations"], queryFn: () => call(api.GET("/invitations")) }, queries);

const path = (id: string) => ({ path: { organization_id: id } });

const organizationOf = (id: string) => ({
  queryKey: [...KEY, id],
  queryFn: () => call(api.GET("/organizations/{organization_id}", { params: path(id) })),
});

/** Returns an organization of the user. */
export const useOrganization = (id: string) => useQuery(organizationOf(id), queries);

/** Returns whether the user's role in a scope has a grant there; the user may do everything with personal records. */
export function useMay(scope: Scope): (grant: string) => boolean {
  const { data } = useEarlyQuery({ ...organizationOf(scope ?? ""), enabled: scope !== null });
  return (grant) => scope === null || (data?.grants.includes(grant) ?? false);
}

/** Returns whether the user may do something, such as `tasks:update`, with a record of an owner in a scope. */
export function useMayOn(scope: Scope): (grant: string, owner: string) => boolean {
  const may = useMay(scope);
  return (grant, owner) => may(`${grant}_any`) || (owner === sessionUserId() && may(grant));
}

/** Returns the members of an organization whose username contains `q`. */
export const useMembers = (id: string, q = "") =>
  useQuery(
    {
      queryKey: [...KEY, id, "members", q],
      queryFn: () =>
        call(
          api.GET("/organizations/{organization_id}/members", {
            params: { ...path(id), query: { limit: SHOWN, ...(q && { q }) } },
          }),
        ),
    },
    queries,
  );

/** Returns the roles of an organization. */
export const useRoles = (id: string) =>
  useQuery(
    {
      queryKey: [...KEY, id, "roles"],
      queryFn: () => call(api.GET("/organizations/{organization_id}/roles", { params: path(id) })),
    },
    queries,
  );

/** Returns the open invitations of an organization. */
export const useInvitations = (id: string) =>
  useQuery(
    {
      queryKey: [...KEY, id, "invitations"],
      queryFn: () =>
        call(
          api.GET("/organizations/{organization_id}/invitations", {
            params: { ...path(id), query: { limit: SHOWN } },
          }),
        ),
    },
    queries,
  );

/** Returns the teams of an organization. */
export const useTeams = (id: string) =>
  useQuery(
    {
      queryKey: [...KEY, id, "teams"],
      queryFn: () => call(api.GET("/teams", { params: { query: { organization_id: id, limit: SHOWN } } })),
    },
    queries,
  );

/** Returns the departments of an organization. */
export const useDepartments = (id: string) =>
  useQuery(
    {
      queryKey: [...KEY, id, "departments"],
      queryFn: () =>
        call(api.GET("/departments", { params: { query: { organization_id: id, limit: SHOWN } } })),
    },
    queries,
  );

/** Returns the members of a team of an organization. */
export const useTeamMembers = (organizationId: string, id: string) =>
  useQuery(
    {
      queryKey: [...KEY, organizationId, "teams", id],
      queryFn: () =>
        call(
          api.GET("/teams/{team_id}/members", { params: { path: { team_id: id }, query: { limit: SHOWN } } }),
        ),
    },
    queries,
  );

/** Returns an organization of the user with its version, to change it. */
export const useTaggedOrganization = (id: string) =>
  useQuery(
    {
      queryKey: [...KEY, id, "tagged"],
      queryFn: () => callTagged(api.GET("/organizations/{organization_id}", { params: path(id) })),
      // A text that is being typed must not be replaced.
      refetchOnWindowFocus: false,
      staleTime: 0,
      gcTime: 0,
    },
    queries,
  );

/** Loads organizations again after the user has deleted or left one, whose page may still be shown for a moment. */
export async function reloadWithout(id: string): Promise<void> {
  leaveScope(id);
  await queries.invalidateQueries({ queryKey: KEY, predicate: ({ queryKey }) => queryKey[1] !== id });
  queries.removeQueries({ queryKey: [...KEY, id], type: "inactive" });
}

/** Loads organizations, and all within, again after a change. */
export const reloadOrganizations = (): Promise<void> => queries.invalidateQueries({ queryKey: KEY });
