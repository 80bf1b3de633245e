import { useQuery } from "@tanstack/preact-query";
import { api, call } from "../api/client.ts";
import { queries } from "../data/client.ts";
import { useSession } from "../data/session.ts";
import { dayIn, yearBefore } from "./format.ts";

/** Returns the last twelve months in the user's zone. */
function useYear(): { from: string; to: string; zone: string } {
  const zone = useSession().data?.settings?.timezone ?? "UTC";
  const to = dayIn(Date.now(), zone);
  return { from: yearBefore(to), to, zone };
}

/** Returns the seconds of each project in the last twelve months. */
export function useProjectTimes(): ReadonlyMap<string, number> | undefined {
  const { from, to } = useYear();
  const { data } = useQuery(
    {
      queryKey: ["entries", "project-times", from, to],
      queryFn: () => call(api.GET("/reports/summary", { params: { query: { from, to, group: "project" } } })),
    },
    queries,
  );
  return data && new Map(data.groups.map(({ keys, tracked_seconds: seconds }) => [keys[0] ?? "", seconds]));
}

/** Returns the time of a project in the last twelve months, by month. */
export function useProjectReport(projectId: string) {
  const { from, to } = useYear();
  return useQuery(
    {
      queryKey: ["entries", "project-report", projectId, from, to],
      queryFn: () =>
        call(
          api.GET("/reports/summary", {
            params: { query: { from, to, group: "month", project_id: projectId } },
          }),
        ),
    },
    queries,
  );
}

/** Returns the latest time entries of a project. */
export const useProjectEntries = (projectId: string) =>
  useQuery(
    {
      queryKey: ["entries", "project-latest", projectId],
      queryFn: () =>
        call(api.GET("/time-entries", { params: { query: { project_id: projectId, limit: 10 } } })),
    },
    queries,
  );
