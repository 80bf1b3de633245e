import type { ValidRequests } from "./requests.ts";

type Make = (method: string, path: string, body?: unknown) => Promise<{ id: string; import_id?: string }>;

let day = 0;

/** An hour that no other time entry of the tests overlaps. */
export function anHour() {
  const start = Date.UTC(1950, 0, 1) + day++ * 86_400_000;
  return { started_at: new Date(start).toISOString(), ended_at: new Date(start + 3_600_000).toISOString() };
}

/** The valid requests of what is about time; `made` makes what they need, and owns it. */
export function timeRequests(made: Make): ValidRequests {
  const named = () => ({ name: crypto.randomUUID() });

  /** The six operations that all resources with a name have. */
  const ofResource = (path: string, noun: string, parameter: string): ValidRequests => {
    const one = async (body?: unknown) => ({
      params: { [parameter]: (await made("POST", path, named())).id },
      body,
    });
    return {
      [`list${noun}s`]: () => ({}),
      [`create${noun}`]: () => ({ body: named() }),
      [`get${noun}`]: () => one(),
      [`update${noun}`]: () => one({ name: crypto.randomUUID() }),
      [`delete${noun}`]: () => one(),
      [`restore${noun}`]: async () => {
        const parts = await one();
        await made("DELETE", `${path}/${parts.params[parameter]}`);
        return parts;
      },
    };
  };

  const ofEntry = async (body?: unknown) => ({
    params: { entry_id: (await made("POST", "/time-entries", anHour())).id },
    body,
  });

  /** Each of a second of its own. */
  const aHeartbeat = () => ({ entity: "/src/app.ts", time: Date.now() / 1000 - 86_400 - day++ });
  const ofActor = { params: { user: "current" } };

  const aGoal = () => ({ ...named(), period: "day", direction: "at_least", target_seconds: 3600 });
  const ofGoal = async (body?: unknown) => ({
    params: { goal_id: (await made("POST", "/goals", aGoal())).id },
    body,
  });

  const aRule = () => ({ field: "app", match: "equals", pattern: "Code", category: "Programming" });
  const ofRule = async (body?: unknown) => ({
    params: { rule_id: (await made("POST", "/activity/rules", aRule())).id },
    body,
  });

  return {
    listActivityRules: () => ({}),
    createActivityRule: () => ({ body: aRule() }),
    getActivityRule: () => ofRule(),
    updateActivityRule: () => ofRule({ productivity: 2 }),
    deleteActivityRule: () => ofRule(),
    getActivitySummary: () => ({ query: "?from=2026-01-01&to=2026-01-02" }),
    tryActivityRules: () => ({ body: { rules: [aRule()] } }),
    createActivityEntries: () => ({ body: { from: "2026-01-01T08:00:00Z", to: "2026-01-01T10:00:00Z" } }),
    ...ofResource("/clients", "Client", "client_id"),
    ...ofResource("/projects", "Project", "project_id"),
    ...ofResource("/tasks", "Task", "task_id"),
    ...ofResource("/tags", "Tag", "tag_id"),
    sendHeartbeats: () => ({ ...ofActor, body: [aHeartbeat()] }),
    sendHeartbeat: () => ({ ...ofActor, body: aHeartbeat() }),
    listHeartbeats: () => ({ ...ofActor, query: "?date=2026-11-23" }),
    getStatusBar: () => ofActor,
    getStatusBarOfToday: () => ofActor,
    listActivitySummaries: () => ({ ...ofActor, query: "?start=2026-11-23&end=2026-11-24&branches=" }),
    listActivityDurations: () => ({ ...ofActor, query: "?date=2026-11-23" }),
    getActivityStats: () => ({ params: { user: "current", range: "last_7_days" } }),
    getRecentActivityStats: () => ofActor,
    listActivityLeaders: () => ({}),
    getAllTime: () => ofActor,
    getActivityUser: () => ofActor,
    listActivityProjects: () => ofActor,
    listActivityUserAgents: () => ofActor,
    listActivityMachines: () => ofActor,
    listActivityGoals: () => ofActor,
    getActivityGoal: async () => ({
      params: { ...ofActor.params, goal_id: (await made("POST", "/goals", aGoal())).id },
    }),
    listFileExperts: () => ({ ...ofActor, body: { entity: "/src/app.ts" } }),
    reportPluginError: () => ({ body: {} }),
    listTimeEntries: () => ({}),
    exportTimeEntries: () => ({}),
    createTimeEntry: () => ({ body: anHour() }),
    startTimer: () => ({ body: { description: "notes" } }),
    getRunningTimer: () => ({}),
    changeTimeEntriesInBulk: () => ({ body: { items: [{ do: "create", values: anHour() }] } }),
    getTimeEntry: () => ofEntry(),
    updateTimeEntry: () => ofEntry({ description: "changed" }),
    stopTimer: () => ofEntry({}),
    resumeTimer: () => ofEntry(),
    deleteTimeEntry: () => ofEntry(),
    restoreTimeEntry: async () => {
      const parts = await ofEntry();
      await made("DELETE", `/time-entries/${parts.params.entry_id}`);
      return parts;
    },
    importTimeEntries: () => ({
      query: "?format=toggl",
      body: "Start date,Start time,End date,End time\n1951-01-01,10:00:00,1951-01-01,11:00:00\n",
      headers: { "Content-Type": "text/csv" },
    }),
    listImports: () => ({}),
    undoImport: async () => {
      const { started_at: start, ended_at: end } = anHour();
      const done = await made("POST", "/imports?format=timewarrior", [{ start, end }]);
      return { params: { import_id: done.import_id ?? "" } };
    },
    getSummary: () => ({}),
    getTimesheet: () => ({}),
    getHeatmap: () => ({ query: "?year=2026" }),
    getToday: () => ({}),
    getStreak: () => ({}),
    getFocus: () => ({}),
    listGoals: () => ({}),
    createGoal: () => ({ body: aGoal() }),
    getGoal: () => ofGoal(),
    updateGoal: () => ofGoal({ target_seconds: 7200 }),
    deleteGoal: () => ofGoal(),
    restoreGoal: async () => {
      const parts = await ofGoal();
      await made("DELETE", `/goals/${parts.params.goal_id}`);
      return parts;
    },
    getGoalProgress: () => ({}),
    getTimeSettings: () => ({}),
    updateTimeSettings: () => ({ body: { timezone: "Europe/Berlin" } }),
  };
}
