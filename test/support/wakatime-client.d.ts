/** The used part of the package, which has no types. */
declare module "wakatime-client" {
  interface List {
    data: Record<string, unknown>[];
  }
  interface Dates {
    dateRange: { startDate: string; endDate: string };
    projectName?: string;
    branchNames?: string[];
  }
  interface Durations extends List {
    branches: string[];
  }

  export const RANGE: Record<"LAST_7_DAYS" | "LAST_30_DAYS" | "LAST_6_MONTHS" | "LAST_YEAR", string>;

  export class WakaTimeClient {
    constructor(apiKey: string, baseUrl: string);
    getMe(): Promise<{ data: Record<string, unknown> }>;
    getUser(id: string): Promise<{ data: Record<string, unknown> }>;
    getMyUserAgents(): Promise<List>;
    getMyProjects(): Promise<List>;
    getMyGoals(): Promise<List>;
    getMyHeartbeats(date: string): Promise<List>;
    getMyDurations(query: { date: string; projectName?: string; branchNames?: string[] }): Promise<Durations>;
    getMySummary(query: Dates): Promise<List & { cumulative_total: Record<string, unknown> }>;
    getMyStats(query: { range: string; projectName?: string; useWritesOnly?: boolean }): Promise<{
      data: Record<string, unknown>;
    }>;
    getMyTeams(): Promise<List>;
  }
}
