import { sql } from "drizzle-orm";
import { ORGANIZATION_ROLES, type OrganizationRole } from "../core/organization-permissions.ts";
import { batch } from "../database/batch.ts";
import type { Database } from "../database/client.ts";
import {
  departments,
  memberships,
  organizations,
  teamMembers,
  teams,
} from "../database/tables/organizations.ts";
import { clients, projectMembers, projects, tasks, timeEntries } from "../database/tables/productivity.ts";
import { datesBefore, entriesOfDay, type Person, uuidOf } from "./demo-people.ts";

const NAME = "Society of Calculators";

const ROLES: OrganizationRole[] = ["owner", "manager", "member"];

/** Teams, with the places of their members in `PEOPLE`; the first one leads. */
const TEAMS: [name: string, members: number[]][] = [
  ["Engines", [1, 0]],
  ["Mental arithmetic", [2, 1]],
];

/** Shared projects, with the places of the people who work on them. The second one is visible to these only. */
const PROJECTS: { name: string; color: string; tasks: string[]; people: number[]; isRestricted?: boolean }[] =
  [
    { name: "Calendar reform", color: "#af83a4", tasks: ["Leap years", "Review"], people: [0, 1, 2] },
    {
      name: "Tide tables",
      color: "#9b160b",
      tasks: ["Harmonics", "Proofs"],
      people: [1, 2],
      isRestricted: true,
    },
  ];

/** An account of a person of `PEOPLE`. */
export interface Member {
  person: Person;
  id: string;
  createdAt: Date;
}

/**
 * Creates an organization of the demo users, with a department, two teams, two projects, and a month in which they work on the projects
 * for the hour before their day begins. Returns the number of created time entries; undefined if the organization exists.
 */
export async function addOrganization(db: Database, members: readonly Member[]): Promise<number | undefined> {
  const [first] = members;
  if (!first) return undefined;
  const idOf = (...names: string[]) => uuidOf("organization", first.id, ...names);
  const organizationId = idOf();
  const found = await db.select().from(organizations).where(sql`id = ${organizationId}`);
  if (found.length > 0) return undefined;
  const slug = `calculators-${organizationId.slice(0, 4)}`;
  const idAt = (place: number) => (members[place] as Member).id;
  const { entries } = await batch(db, {
    organization: db
      .insert(organizations)
      .values({ id: organizationId, name: NAME, slug, timezone: "Europe/London", createdBy: first.id }),
    members: db.insert(memberships).values(
      members.map(({ id: userId }, place) => ({
        organizationId,
        userId,
        roleId: ORGANIZATION_ROLES[ROLES[place] ?? "member"].id,
      })),
    ),
    department: db.insert(departments).values({ id: idOf("department"), organizationId, name: "Research" }),
    teams: db.insert(teams).values(
      TEAMS.map(([name]) => ({
        id: idOf("team", name),
        organizationId,
        departmentId: idOf("department"),
        name,
      })),
    ),
    teamMembers: db.insert(teamMembers).values(
      TEAMS.flatMap(([name, places]) =>
        places.map((place, index) => ({
          organizationId,
          teamId: idOf("team", name),
          userId: idAt(place),
          isLead: index === 0,
        })),
      ),
    ),
    client: db
      .insert(clients)
      .values({ id: idOf("client"), ownerId: first.id, organizationId, name: "Admiralty" }),
    projects: db.insert(projects).values(
      PROJECTS.map(({ name, color, isRestricted = false }) => ({
        id: idOf("project", name),
        ownerId: first.id,
        organizationId,
        clientId: idOf("client"),
        name,
        color,
        isBillable: true,
        visibility: isRestricted ? ("members" as const) : ("organization" as const),
      })),
    ),
    projectMembers: db.insert(projectMembers).values(
      PROJECTS.flatMap(({ name, people }) =>
        people.map((place) => ({
          organizationId,
          projectId: idOf("project", name),
          userId: idAt(place),
          isManager: place === people.at(-1),
        })),
      ),
    ),
    tasks: db.insert(tasks).values(
      PROJECTS.flatMap(({ name: project, tasks }) =>
        tasks.map((name) => ({
          id: idOf("task", project, name),
          ownerId: first.id,
          organizationId,
          projectId: idOf("project", project),
          name,
        })),
      ),
    ),
    entries: db
      .insert(timeEntries)
      .values(members.flatMap((member, place) => entriesOf(member, place, idOf)))
      .returning({ id: timeEntries.id }),
  });
  return entries.length;
}

type IdOf = (...names: string[]) => string;

/** Returns the shared entries of the member at `place` in `PEOPLE`. */
function entriesOf({ person, id: ownerId, createdAt }: Member, place: number, idOf: IdOf) {
  const own = PROJECTS.filter(({ people }) => people.includes(place));
  return datesBefore(createdAt, 30).flatMap((date, day) => {
    const [begin] = entriesOfDay(person, date);
    const project = own[day % own.length];
    if (!begin || !project) return [];
    const end = sql`${begin.start}::timestamp at time zone ${`:${person.timezone}`}`;
    const task = project.tasks[day % project.tasks.length] ?? "";
    return {
      ownerId,
      organizationId: idOf(),
      projectId: idOf("project", project.name),
      taskId: idOf("task", project.name, task),
      description: task,
      startedAt: sql`${end} - interval '1 hour'`,
      endedAt: end,
      isBillable: true,
      source: "demo",
    };
  });
}
