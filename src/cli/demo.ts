import { createHash } from "node:crypto";
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
import { CliError } from "./output.ts";

/** Printed by the command, so it protects nothing. */
const DEMO_PASSWORD = "a demo keeps no secrets";

/** A demo user. */
interface Person {
  username: string;
  timezone: string;
  /** Start of the working day, in hours after midnight. */
  from: number;
  /** Months in which the second and the third week are vacation. */
  away: number[];
  clients: string[];
  projects: { name: string; color: string; tasks: string[]; client?: string; isBillable?: boolean }[];
}

const PEOPLE: Person[] = [
  {
    username: "demo-ada",
    timezone: "Europe/London",
    from: 9,
    away: [8],
    clients: ["Royal Society"],
    projects: [
      {
        name: "Analytical engine",
        color: "#1f77b4",
        tasks: ["Design the mill", "Store of variables", "Punched cards"],
        client: "Royal Society",
        isBillable: true,
      },
      {
        name: "Notes on the engine",
        color: "#ff7f0e",
        tasks: ["Translate the memoir", "Note G"],
        client: "Royal Society",
        isBillable: true,
      },
      { name: "Correspondence", color: "#2ca02c", tasks: ["Letters"] },
    ],
  },
  {
    username: "demo-grace",
    timezone: "America/New_York",
    from: 8,
    away: [7],
    clients: ["Navy", "Remington Rand"],
    projects: [
      {
        name: "Compiler",
        color: "#d62728",
        tasks: ["A-0 linker", "FLOW-MATIC", "Subroutine library"],
        client: "Remington Rand",
        isBillable: true,
      },
      { name: "Training", color: "#9467bd", tasks: ["Course material", "Lectures"], client: "Navy" },
    ],
  },
  {
    username: "demo-shakuntala",
    timezone: "Asia/Kolkata",
    from: 10,
    away: [5],
    clients: ["University"],
    projects: [
      {
        name: "Mental calculation",
        color: "#8c564b",
        tasks: ["Roots of 201 digits", "Calendar dates"],
        client: "University",
        isBillable: true,
      },
      { name: "Book of numbers", color: "#e377c2", tasks: ["First draft", "Illustrations"] },
    ],
  },
];

const TAGS = ["deep work", "meeting"];
const DAY_MS = 86_400_000;

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
 * Creates three users with a year of work: working days with a lunch break, free weekends and holidays, and a running entry. The
 * year ends when the user was created, so a second run adds nothing. Returns lines to print, with the additions and instructions for
 * signing in.
 */
export async function seedDemo(
  settings: Settings,
  db: Database,
): Promise<{ added: string[]; signIn: string[] }> {
  const added: string[] = [];
  for (const person of PEOPLE) {
    const { username } = person;
    const hasAccount = (await findUser(db, username)) !== undefined;
    if (!hasAccount) {
      const account = { username, email: `${username}@example.com`, password: DEMO_PASSWORD };
      await createUser({ db, settings }, account).catch(explainRefusal);
    }
    const user = await findUser(db, username);
    if (!user) throw new CliError(`${username} was created but no longer exists.`);
    const count = await addYear(db, person, user);
    if (!hasAccount || count > 0) added.push(`created ${username} and ${count} time entries`);
  }
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
  const entries = [...Array(365).keys()].flatMap((daysAgo) =>
    entriesOfDay(person, new Date(createdAt.getTime() - (365 - daysAgo) * DAY_MS).toISOString().slice(0, 10)),
  );
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

interface Entry<Time = number> {
  /** Minutes after midnight, or a local time such as 2026-11-23T09:05. */
  start: Time;
  end: Time;
  project?: Person["projects"][number] | undefined;
  task?: string | undefined;
  tag?: string | undefined;
  kind: "work" | "focus" | "break";
  /** In minutes. */
  planned?: number;
}

/** Returns the entries of a person on a day; none on weekends, on vacation, on sick days, and from December 24 to January 1. */
function entriesOfDay({ username, from, away, projects }: Person, date: string): Entry<string>[] {
  const [, month = 0, day = 0] = date.split("-").map(Number);
  const isWeekend = [0, 6].includes(new Date(date).getUTCDay());
  const isHoliday =
    (away.includes(month) && day >= 8 && day <= 21) ||
    (month === 12 && day >= 24) ||
    (month === 1 && day === 1);
  const hash = createHash("sha256").update(`${username} ${date}`).digest();
  const hashModulo = (place: number, limit: number) => (hash[place] ?? 0) % limit;
  const isSick = hashModulo(11, 40) === 0;
  if (isWeekend || isHoliday || isSick) return [];
  const at = (minutes: number) =>
    `${date}T${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
  const workStart = from * 60 + hashModulo(0, 30);
  const lunchStart = workStart + 180 + hashModulo(1, 45);
  const lunchEnd = lunchStart + 30 + hashModulo(2, 30);
  const meetingStart = lunchEnd + 60 + hashModulo(3, 60);
  const meetingEnd = meetingStart + (hashModulo(9, 3) === 0 ? 0 : 30 + hashModulo(10, 45));
  const workEnd = meetingEnd + 90 + hashModulo(4, 90);
  const pick = <Item>(items: readonly Item[], place: number) => items[hashModulo(place, items.length)];
  const [first, second] = [pick(projects, 5), pick(projects, 6)];
  const [early, late] = [pick(first?.tasks ?? [], 7), pick(second?.tasks ?? [], 8)];
  const steps: Entry[] = [
    {
      start: workStart,
      end: lunchStart,
      project: first,
      task: early,
      tag: "deep work",
      kind: "focus",
      planned: 180,
    },
    { start: lunchStart, end: lunchEnd, kind: "break" },
    { start: lunchEnd, end: meetingStart, project: first, task: early, kind: "work" },
    { start: meetingStart, end: meetingEnd, project: second, tag: "meeting", kind: "work" },
    { start: meetingEnd + 5, end: workEnd, project: second, task: late, kind: "work" },
  ];
  return steps
    .filter(({ start, end }) => start < end)
    .map((entry) => ({ ...entry, start: at(entry.start), end: at(entry.end) }));
}

/** Returns an id that is derived from `names`. */
function uuidOf(...names: string[]): string {
  const hex = createHash("sha256").update(names.join("\n")).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
