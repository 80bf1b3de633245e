import { beforeAll, describe, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../../support/api.ts";
import {
  createOrganization,
  createTeam,
  joinProject,
  leave,
  signUpMember,
} from "../../support/organization-members.ts";

type User = Awaited<ReturnType<TestApi["signUp"]>>;

const KINDS = [
  "owner",
  "admin",
  "manager",
  "member",
  "team lead",
  "lead of another team",
  "project manager",
  "guest",
  "former member",
  "stranger",
  "superuser",
] as const;

/** Types of records, with their paths. */
const TYPES = {
  clients: "/clients",
  projects: "/projects",
  tasks: "/tasks",
  tags: "/tags",
  time_entries: "/time-entries",
} as const;

let api: TestApi;
let organization: string;
let team: string;
let checker: User;
const callers = {} as Record<(typeof KINDS)[number], User>;
/** Ids of the organization's records of each type. */
const ids: Record<keyof typeof TYPES, string[]> = {
  clients: [],
  projects: [],
  tasks: [],
  tags: [],
  time_entries: [],
};

const call = <Body>(user: User, method: string, path: string, body?: object, headers = {}) =>
  api.call<Body>(method, path, { token: user.access, headers, ...(body && { body }) });

async function create(user: User, type: keyof typeof TYPES, body: object): Promise<string> {
  const answer = await call<{ id: string }>(user, "POST", TYPES[type], {
    organization_id: organization,
    ...body,
  });
  expect(answer.status).toBe(201);
  ids[type].push(answer.body.id);
  return answer.body.id;
}

beforeAll(async () => {
  api = await createTestApi();
  checker = (await api.signUpHolding("authz:check")) as User;
  const owner = await api.signUp();
  organization = await createOrganization(api, owner);
  callers.owner = owner;
  for (const [kind, role] of [
    ["admin", "admin"],
    ["manager", "manager"],
    ["member", "member"],
    ["team lead", "member"],
    ["lead of another team", "member"],
    ["project manager", "guest"],
    ["guest", "guest"],
    ["former member", "owner"],
  ] as const) {
    callers[kind] = await signUpMember(api, organization, role);
  }
  callers.stranger = await api.signUp();
  callers.superuser = (await api.signUpHolding("superuser")) as User;

  const client = await create(owner, "clients", { name: "Client" });
  const hiddenClient = await create(owner, "clients", { name: "Hidden client" });
  const project = await create(owner, "projects", { name: "Project", client_id: client });
  const hidden = await create(owner, "projects", {
    name: "Hidden",
    client_id: hiddenClient,
    visibility: "members",
  });
  await create(callers.manager, "projects", { name: "Of a manager" });
  const task = await create(owner, "tasks", { name: "Task", project_id: project });
  await create(owner, "tasks", { name: "Hidden task", project_id: hidden });
  await create(callers.member, "tasks", { name: "Own task" });
  await create(callers.member, "tags", { name: "tag" });
  await joinProject(api, organization, hidden, callers["project manager"].id, true);
  await joinProject(api, organization, hidden, callers.guest.id);
  team = await createTeam(api, organization, callers["team lead"].id, [callers.member.id, callers.guest.id]);
  await createTeam(api, organization, callers["lead of another team"].id, [callers.admin.id]);
  let hour = 0;
  const work = (user: User, more: object) =>
    create(user, "time_entries", {
      started_at: new Date(Date.UTC(2026, 0, 5, ++hour)).toISOString(),
      ended_at: new Date(Date.UTC(2026, 0, 5, hour + 1)).toISOString(),
      ...more,
    });
  await work(owner, { project_id: hidden });
  await work(callers.admin, { project_id: project, task_id: task });
  await work(callers.member, { task_id: task });
  await work(callers.member, {});
  await work(callers.guest, { project_id: hidden });
  await work(callers["former member"], { project_id: project });
  await leave(api, organization, callers["former member"].id);
  for (const kind of ["member", "owner"] as const) {
    await call(callers[kind], "POST", "/time-entries", {
      started_at: "2026-01-05T20:00:00Z",
      ended_at: "2026-01-05T21:00:00Z",
    });
  }
});

const listed = async (user: User, type: keyof typeof TYPES, query = "") => {
  const all = type === "time_entries" ? "&owner_id=all" : "";
  const path = `${TYPES[type]}?organization_id=${organization}${all}${query}`;
  const { status, body } = await call<{ id: string }[]>(user, "GET", path);
  return status === 200 ? body.map(({ id }) => id).sort() : [String(status)];
};

const isMember = (kind: string) => !["former member", "stranger", "superuser"].includes(kind);

/** Returns the ids among the organization's records to which the decision API lets the user do `action`. */
async function decided(user: User, type: keyof typeof TYPES, action: string): Promise<string[]> {
  const { body } = await call<{ evaluations: { decision: boolean }[] }>(
    checker,
    "POST",
    "/access/v1/evaluations",
    {
      subject: { type: "user", id: user.id },
      action: { name: action },
      evaluations: ids[type].map((id) => ({ resource: { type, id } })),
    },
  );
  return ids[type].filter((_, index) => body.evaluations[index]?.decision).sort();
}

describe.each(KINDS)("a caller as %s", (kind) => {
  const user = () => callers[kind];

  it.each(Object.keys(TYPES) as (keyof typeof TYPES)[])(
    "gets the same %s from lists, single reads, decisions and searches",
    async (type) => {
      const read: string[] = [];
      for (const id of ids[type]) {
        const { status } = await call(user(), "GET", `${TYPES[type]}/${id}`);
        expect([200, 404]).toContain(status);
        if (status === 200) read.push(id);
      }
      read.sort();
      expect(await listed(user(), type)).toEqual(isMember(kind) ? read : ["404"]);
      expect(await decided(user(), type, "read")).toEqual(read);
      const found = await call<{ results: { id: string }[] }>(checker, "POST", "/access/v1/search/resource", {
        subject: { type: "user", id: user().id },
        action: { name: "read" },
        resource: { type },
      });
      const foundHere = found.body.results.map(({ id }) => id).filter((id) => ids[type].includes(id));
      expect(foundHere.sort()).toEqual(read);
      for (const id of ids[type]) {
        const holders = await call<{ results: { id: string }[] }>(
          checker,
          "POST",
          "/access/v1/search/subject",
          {
            subject: { type: "user" },
            action: { name: "read" },
            resource: { type, id },
          },
        );
        expect(holders.body.results.some((holder) => holder.id === user().id)).toBe(read.includes(id));
      }
    },
  );

  it("changes exactly what decisions allow", async () => {
    for (const type of ["projects", "tasks", "time_entries"] as const) {
      const allowed = await decided(user(), type, "update");
      for (const id of ids[type]) {
        const { status } = await call(user(), "PATCH", `${TYPES[type]}/${id}`, {});
        expect([type, id, status]).toEqual([type, id, allowed.includes(id) ? 200 : 404]);
      }
    }
  });

  it("gets the same time from lists, reports and exports", async () => {
    const query = `organization_id=${organization}&owner_id=all`;
    const report = await call<{
      entries: number;
      tracked_seconds: number;
      groups: { keys: string[]; entries: number }[];
    }>(user(), "GET", `/reports/summary?from=2026-01-05&${query}&group=user,project`);
    const file = await call(user(), "GET", `/time-entries/export?${query}`, undefined, {
      Accept: "application/x-ndjson",
    });
    const timesheet = await call(user(), "GET", `/reports/timesheet?from=2026-01-05&${query}`);
    if (!isMember(kind)) {
      expect([report.status, file.status, timesheet.status]).toEqual([404, 404, 404]);
      return;
    }
    const listing = await listed(user(), "time_entries");
    const exported = file.text
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as { id: string });
    expect(exported.map(({ id }) => id).sort()).toEqual(listing);
    expect(report.body.entries).toBe(listing.length);
    expect(report.body.tracked_seconds).toBe(listing.length * 3600);
    expect(report.body.groups.reduce((sum, { entries }) => sum + entries, 0)).toBe(listing.length);
    const ofTeam = await listed(user(), "time_entries", `&team_id=${team}`);
    const teamReport = await call<{ entries: number }>(
      user(),
      "GET",
      `/reports/summary?from=2026-01-05&organization_id=${organization}&team_id=${team}`,
    );
    expect(teamReport.body.entries).toBe(ofTeam.length);
  });

  it("gets no activity in a report of the organization", async () => {
    const path = `/reports/summary?from=2026-01-05&include=activity&organization_id=${organization}`;
    const { status } = await call(user(), "GET", `${path}&owner_id=${callers.owner.id}`);
    expect(status).toBe(isMember(kind) ? 403 : 404);
  });
});

describe("names in a report of an organization", () => {
  it("shows members to callers who may read members", async () => {
    const labelsFor = async (user: User) => {
      const { body } = await call<{ groups: { labels: (string | null)[] }[] }>(
        user,
        "GET",
        `/reports/summary?from=2026-01-05&organization_id=${organization}&owner_id=all&group=user`,
      );
      return body.groups.map(({ labels }) => labels[0]);
    };
    expect(await labelsFor(callers.manager)).toContain(callers.member.username);
    expect(await labelsFor(callers["project manager"])).toEqual([null, null]);
  });
});
