import { useQuery } from "@tanstack/preact-query";
import { api, call } from "../api/client.ts";
import { queries, useEarlyQuery } from "../data/client.ts";
import { inScope, type Scope, scopeOf } from "../data/scope.ts";
import { useSession } from "../data/session.ts";
import { dayIn, yearBefore } from "./format.ts";
import type { Project } from "./sources.ts";

/** Returns the last twelve months in the user's zone. */
function useYear(): { from: string; to: string; zone: string } {
  const zone = useSession().data?.settings?.timezone ?? "UTC";
  const to = dayIn(Date.now(), zone);
  return { from: yearBefore(to), to, zone };
}

/** Returns the part of a request for the time of a scope: of an organization, all that the user reaches. */
const timeIn = (scope: Scope) => (scope === null ? {} : { ...inScope(scope), owner_id: "all" as const });

/** Returns the seconds of each project of a scope in the last twelve months. */
export function useProjectTimes(scope: Scope): ReadonlyMap<string, number> | undefined {
  const { from, to } = useYear();
  const { data } = useEarlyQuery({
    queryKey: ["entries", "project-times", scope, from, to],
    queryFn: () =>
      call(
        api.GET("/reports/summary", {
          params: { query: { from, to, group: "project", ...timeIn(scope) } },
        }),
      ),
  });
  return data && new Map(data.groups.map(({ keys, tracked_seconds: seconds }) => [keys[0] ?? "", seconds]));
}

/** Returns the time of a project in the last twelve months, by month. */
export function useProjectReport({ id: projectId, ...project }: Project) {
  const { from, to } = useYear();
  return useQuery(
    {
      queryKey: ["entries", "project-report", projectId, from, to],
      queryFn: () =>
        call(
          api.GET("/reports/summary", {
            params: {
              query: { from, to, group: "month", project_id: projectId, ...timeIn(scopeOf(project)) },
            },
          }),
        ),
    },
    queries,
  );
}

/** Returns the latest time entries of a project. */
export const useProjectEntries = ({ id: projectId, ...project }: Project) =>
  useQuery(
    {
      queryKey: ["entries", "project-latest", projectId],
      queryFn: () =>
        call(
          api.GET("/time-entries", {
            params: { query: { project_id: projectId, limit: 10, ...timeIn(scopeOf(project)) } },
          }),
        ),
    },
    queries,
  );
