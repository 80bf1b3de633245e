import { sql } from "drizzle-orm";
import type { Settings } from "../core/config.ts";
import { batch } from "../database/batch.ts";
import type { Database } from "../database/client.ts";
import { foldCase } from "../database/tables/names.ts";
import {
  clients,
  goals,
  projects,
  tags,
  tasks,
  timeEntries,
  timeEntryTags,
  timeSettings,
} from "../database/tables/productivity.ts";
import { users } from "../database/tables/users.ts";
import { createUser } from "../features/identity/users/service.ts";
import { explainRefusal } from "./account.ts";
import { addActivity } from "./demo-activity.ts";
import { addOrganization, type Member } from "./demo-organization.ts";
import { datesBefore, entriesOfDay, PEOPLE, type Person, uuidOf } from "./demo-people.ts";
import { CliError } from "./output.ts";

/** Printed by the command, so it protects nothing. */
const DEMO_PASSWORD = "a demo keeps no secrets";

const TAGS = ["deep work", "meeting"];

/**
 * Throws CliError where demo users, whose passwords are public, must not be created: in production, and, unless
 * `isRemoteAllowed`, in a database on another machine.
 */
export function requireDevelopment(
  { DATABASE_URL, ENVIRONMENT }: NodeJS.ProcessEnv,
  isRemoteAllowed: boolean,
): void {
  if (ENVIRONMENT === "production") throw new CliError("Demo data is not allowed in production.");
  const host = DATABASE_URL ? URL.parse(DATABASE_URL)?.hostname : "localhost";
  if (isRemoteAllowed || ["", "localhost", "127.0.0.1", "[::1]"].includes(host ?? "elsewhere")) return;
  throw new CliError(
    "Demo data is for development, and this database is on another machine. Add --anywhere to create it anyway.",
  );
}

/**
 * Creates three users with a year of work: working days with a lunch break, free weekends and holidays, and a running entry; with the
 * last month of activity from watchers and editors; and an organization of the three. All end when the user was created, so a second run adds nothing. Returns lines
 * to print, with the additions and instructions for signing in.
 */
export async function seedDemo(
  settings: Settings,
  db: Database,
): Promise<{ added: string[]; signIn: string[] }> {
  const added: string[] = [];
  const members: Member[] = [];
  for (const person of PEOPLE) {
    const { username } = person;
    const hasAccount = (await findUser(db, username)) !== undefined;
    if (!hasAccount) {
      const account = { username, email: `${username}@example.com`, password: DEMO_PASSWORD };
      await createUser({ db, settings }, account).catch(explainRefusal);
    }
    const user = await findUser(db, username);
    if (!user) throw new CliError(`${username} was created but no longer exists.`);
    members.push({ person, ...user });
    const count = await addYear(db, person, user);
    if (!hasAccount || count > 0) added.push(`created ${username} and ${count} time entries`);
    const seen = await addActivity(db, person, user);
    if (seen)
      added.push(
        `added ${seen.events} events, ${seen.heartbeats} heartbeats and ${seen.rules} rules of ${username}`,
      );
  }
  const shared = await addOrganization(db, members);
  if (shared !== undefined)
    added.push(`created an organization of these users with two teams and ${shared} time entries`);
  return { added, signIn: PEOPLE.map(({ username }) => `${username} / ${DEMO_PASSWORD}`) };
}

interface Owner {
  id: string;
  createdAt: Date;
}

async function findUser(db: Database, username: string): Promise<Owner | undefined> {
  const [user] = await db
    .select({ id: users.id, createdAt: users.createdAt })
    .from(users)
    .where(sql`${foldCase(users.username)} = ${foldCase(username)} and not ${users.isDeleted}`);
  return user;
}

/** Adds the missing records of a year in one transaction. Ids are derived from names, so that existing records are recognized. */
async function addYear(db: Database, person: Person, { id: ownerId, createdAt }: Owner): Promise<number> {
  const idOf = (...names: string[]) => uuidOf(ownerId, ...names);
  const entries = datesBefore(createdAt, 365).flatMap((date) => entriesOfDay(person, date));
  const rows = entries.map(({ start, end, project, task, kind, planned }) => ({
    id: idOf("entry", start),
    ownerId,
    projectId: project === undefined ? null : idOf("project", project.name),
    taskId: project === undefined || task === undefined ? null : idOf("task", project.name, task),
    description: kind === "break" ? "Lunch" : (task ?? ""),
    startedAt: sql`${start}::timestamp at time zone ${`:${person.timezone}`}`,
    endedAt: sql`${end}::timestamp at time zone ${`:${person.timezone}`}`,
    kind,
    plannedSeconds: planned === undefined ? null : planned * 60,
    isBillable: project?.isBillable ?? false,
    source: "demo",
  }));
  const running = {
    id: idOf("running"),
    ownerId,
    projectId: idOf("project", person.projects[0]?.name ?? ""),
    description: "What comes next",
    startedAt: new Date(createdAt.getTime() - 40 * 60_000),
    source: "demo",
  };
  const tagged = entries.flatMap(({ start, tag }) =>
    tag === undefined ? [] : [{ entryId: idOf("entry", start), tagId: idOf("tag", tag) }],
  );
  const { insertedEntries, insertedRunning } = await batch(db, {
    settings: db
      .insert(timeSettings)
      .values({ userId: ownerId, timezone: person.timezone })
      .onConflictDoNothing(),
    clients: db
      .insert(clients)
      .values(person.clients.map((name) => ({ id: idOf("client", name), ownerId, name })))
      .onConflictDoNothing(),
    projects: db
      .insert(projects)
      .values(
        person.projects.map(({ name, color, client, isBillable }) => ({
          id: idOf("project", name),
          ownerId,
          clientId: client === undefined ? null : idOf("client", client),
          name,
          color,
          isBillable: isBillable ?? false,
        })),
      )
      .onConflictDoNothing(),
    tasks: db
      .insert(tasks)
      .values(
        person.projects.flatMap(({ name: project, tasks }) =>
          tasks.map((name) => ({
            id: idOf("task", project, name),
            ownerId,
            projectId: idOf("project", project),
            name,
          })),
        ),
      )
      .onConflictDoNothing(),
    tags: db
      .insert(tags)
      .values(TAGS.map((name) => ({ id: idOf("tag", name), ownerId, name })))
      .onConflictDoNothing(),
    goals: db
      .insert(goals)
      .values([
        {
          id: idOf("goal", "day"),
          ownerId,
          name: "Six hours on working days",
          period: "day",
          direction: "at_least",
          targetSeconds: 6 * 3600,
          weekdays: 0b0111110,
        },
        {
          id: idOf("goal", "week"),
          ownerId,
          name: "No more than four hours of meetings a week",
          period: "week",
          direction: "at_most",
          targetSeconds: 4 * 3600,
          tagId: idOf("tag", "meeting"),
        },
      ])
      .onConflictDoNothing(),
    insertedEntries: db
      .insert(timeEntries)
      .values(rows)
      .onConflictDoNothing()
      .returning({ id: timeEntries.id }),
    insertedRunning: db
      .insert(timeEntries)
      .values(running)
      .onConflictDoNothing()
      .returning({ id: timeEntries.id }),
    tagged: db.insert(timeEntryTags).values(tagged).onConflictDoNothing(),
  });
  return insertedEntries.length + insertedRunning.length;
}
