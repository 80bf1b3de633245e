import { beforeAll, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../../support/api.ts";
import { generator } from "../../support/histories.ts";

/**
 * Runs random commands in two worlds. In the first one, two organizations and personal records exist side by side; in the second one,
 * the second organization never existed. Everything that members of the first organization read must be equal in both worlds, so the
 * second organization influences nothing that they see.
 */

const COMMANDS = Number(process.env.WORLD_COMMANDS || 400);
const SEED = Number(process.env.WORLD_SEED || 1);

type User = Awaited<ReturnType<TestApi["signUp"]>>;
type Place = "ours" | "theirs" | "personal";

/** One of the two worlds, with the ids of its records by their number. */
interface World {
  api: TestApi;
  users: User[];
  organizations: Partial<Record<Place, string>>;
  ids: Map<number, string>;
}

const NAMES = ["owner", "manager", "member", "lead", "both", "stranger"] as const;
/** Places in `NAMES`: the members of each organization. One user belongs to both. */
const MEMBERS = { ours: [0, 1, 2, 3, 4], theirs: [4, 5], personal: [0, 1, 2, 3, 4, 5] };
const ROLES = ["owner", "manager", "member", "member", "manager"];

let full: World;
let lone: World;
beforeAll(async () => {
  full = await createWorld(["ours", "theirs"]);
  lone = await createWorld(["ours"]);
});

/** Creates the users and the organizations of a world. */
async function createWorld(places: ("ours" | "theirs")[]): Promise<World> {
  const api = await createTestApi({
    WRITES_BURST: "1000000",
    READS_BURST: "1000000",
    OWN_EVENTS_PER_HOUR: "1000000",
  });
  const users: User[] = [];
  for (const name of NAMES) users.push(await api.signUp(`worlds-${name}`));
  const world: World = { api, users, organizations: {}, ids: new Map() };
  for (const place of places) {
    const [first = 0, ...others] = MEMBERS[place];
    const organization = await send(world, first, "POST", "/organizations", { name: place, slug: place });
    const id = organization.body.id as string;
    world.organizations[place] = id;
    const superuser = await api.signUpHolding("superuser");
    const roles = await send(world, first, "GET", `/organizations/${id}/roles`);
    for (const user of others) {
      const name = place === "ours" ? ROLES[user] : "manager";
      const role = (roles.body as unknown as { id: string; name: string }[]).find((one) => one.name === name);
      const { status } = await api.call("POST", `/organizations/${id}/members/${users[user]?.id}`, {
        token: superuser.access,
        body: { role_id: role?.id },
      });
      expect(status).toBe(201);
    }
  }
  const team = await send(world, 0, "POST", "/teams", {
    name: "Team",
    organization_id: world.organizations.ours,
    lead_id: users[3]?.id,
  });
  expect(team.status).toBe(201);
  await send(world, 0, "POST", `/teams/${team.body.id}/members`, { user_id: users[2]?.id });
  return world;
}

const send = ({ api, users }: World, user: number, method: string, path: string, body?: object) =>
  api.call<Record<string, unknown>>(method, path, { token: users[user]?.access, ...(body && { body }) });

/** A request whose ids are numbers of records; a world puts its own ids in their place. */
interface Command {
  user: number;
  place: Place;
  method: string;
  path: string;
  body?: Record<string, unknown>;
  /** The number of the record that a successful request creates. */
  creates?: number;
}

const KINDS = ["clients", "projects", "tasks", "tags", "time-entries"] as const;
type Kind = (typeof KINDS)[number];

/** Records by kind and place, by their number. */
type Known = { number: number; kind: Kind; place: Place }[];

/** Returns a random command, which often refers to earlier records, also to those of other places. */
function commandOf(random: () => number, known: Known, number: number): Command {
  const below = (limit: number) => Math.floor(random() * limit);
  const oneOf = <Value>(values: readonly Value[]): Value => values[below(values.length)] as Value;
  const place = oneOf<Place>(["ours", "ours", "theirs", "theirs", "personal"]);
  const user = oneOf(MEMBERS[place]);
  const idOf = (kind: Kind) => {
    const near = known.filter((one) => one.kind === kind && (one.place === place || random() < 0.1));
    return near.length === 0 || random() < 0.3 ? null : `#${oneOf(near).number}`;
  };
  const own = known.filter((one) => one.place === place || random() < 0.05);
  const kind = oneOf(KINDS);
  const name = `${place} ${below(40)}`;
  // Lists put rows with equal names and starts in the order of their ids, which differ.
  const start = Date.UTC(2026, below(3), 1 + below(28)) + number * 1000;
  const times = {
    started_at: new Date(start).toISOString(),
    ended_at: new Date(start + (1 + below(90)) * 60_000).toISOString(),
  };
  const fields: Record<Kind, Record<string, unknown>> = {
    clients: { name },
    projects: { name, client_id: idOf("clients"), ...(random() < 0.3 && { color: "#112233" }) },
    tasks: { name: `${place} ${number}`, project_id: idOf("projects") },
    tags: { name },
    "time-entries": {
      description: name,
      ...times,
      project_id: idOf("projects"),
      tag_ids: [idOf("tags")].filter((id) => id !== null),
    },
  };
  const scope = place === "personal" ? {} : { organization_id: `@${place}` };
  if (own.length === 0 || random() < 0.5) {
    return {
      user,
      place,
      method: "POST",
      path: `/${kind}`,
      body: { ...fields[kind], ...scope },
      creates: number,
    };
  }
  const record = oneOf(own);
  const path = `/${record.kind}/#${record.number}`;
  const changes = random();
  if (changes < 0.25) return { user, place: record.place, method: "DELETE", path };
  if (changes < 0.4) return { user, place: record.place, method: "POST", path: `${path}/restore` };
  return { user, place: record.place, method: "PATCH", path, body: fields[record.kind] };
}

/** Puts a world's ids in the place of numbers. An id that the world lacks stays unknown. */
const inWorld = (world: World, text: string) =>
  text
    .replaceAll(/#(\d+)/g, (_, number) => world.ids.get(Number(number)) ?? unknownId(Number(number)))
    .replaceAll(/@(\w+)/g, (_, place: Place) => world.organizations[place] ?? unknownId(0));

const unknownId = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

async function perform(world: World, { user, method, path, body, creates }: Command) {
  const sent = body && (JSON.parse(inWorld(world, JSON.stringify(body))) as object);
  const answer = await send(world, user, method, inWorld(world, path), sent);
  if (creates !== undefined && answer.status === 201) world.ids.set(creates, answer.body.id as string);
  return answer;
}

/** Returns a response in terms that both worlds share: ids by the order of their first appearance, and no times of the present. */
function shared(world: World, { status, headers, text }: Awaited<ReturnType<typeof send>>) {
  const names = new Map([...world.ids].map(([number, id]) => [id, `#${number}`]));
  for (const [place, { id }] of world.users.entries()) names.set(id, NAMES[place] as string);
  for (const [place, id] of Object.entries(world.organizations)) names.set(id, `@${place}`);
  let others = 0;
  const body = text
    .replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (id) => {
      if (!names.has(id)) names.set(id, `id ${others++}`);
      return names.get(id) as string;
    })
    .replaceAll(/"(created_at|updated_at|joined_at|occurred_at|as_of)":"[^"]+"/g, '"$1":"now"');
  return { status, tag: headers.get("ETag"), count: headers.get("X-Total-Count"), body };
}

/** Everything that a member of the first organization reads about it. */
const READS = [
  ...KINDS.map(
    (kind) => `/${kind}?organization_id=@ours&limit=100${kind === "time-entries" ? "&owner_id=all" : ""}`,
  ),
  "/organizations/@ours",
  "/organizations/@ours/members",
  "/organizations/@ours/audit?action=member.joined",
  "/reports/summary?organization_id=@ours&owner_id=all&from=2026-01-01&to=2026-03-31&timezone=UTC",
];

async function expectEqualReads(users: readonly number[], reads: readonly string[]) {
  for (const user of users) {
    for (const path of reads) {
      const [one, other] = await Promise.all(
        [full, lone].map(async (world) =>
          shared(world, await send(world, user, "GET", inWorld(world, path))),
        ),
      );
      expect({ user, path, ...one }).toEqual({ user, path, ...other });
    }
  }
}

it(`shows members nothing of another organization after ${COMMANDS} commands of all users`, async () => {
  const random = generator(SEED);
  const known: Known = [];
  for (let number = 0; number < COMMANDS; number++) {
    const command = commandOf(random, known, number);
    const answer = await perform(full, command);
    if (command.creates !== undefined && answer.status === 201) {
      known.push({ number, kind: command.path.slice(1) as Kind, place: command.place });
    }
    if (command.place === "theirs") continue;
    const other = await perform(lone, command);
    expect({ command, ...shared(full, answer) }).toEqual({ command, ...shared(lone, other) });
    if (number % 20 === 0) {
      const member = MEMBERS.ours[Math.floor(random() * MEMBERS.ours.length)] as number;
      await expectEqualReads([member], [READS[Math.floor(random() * READS.length)] as string]);
    }
  }
  await expectEqualReads(MEMBERS.ours, READS);
  expect(full.ids.size).toBeGreaterThan(COMMANDS / 10);
}, 3_600_000);
