import { beforeAll, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../support/api.ts";

/** What some operations need besides. */
const QUERIES: Record<string, string> = { "/reports/heatmap": "&year=2026" };

interface Document {
  paths: Record<string, Record<string, { parameters?: { name: string }[] }>>;
}

let api: TestApi;
/** Every way to ask for the records or the time of others. */
let paths: string[];
beforeAll(async () => {
  api = await createTestApi();
  const { body } = await api.call<Document>("GET", "/openapi.json");
  paths = Object.entries(body.paths).flatMap(([path, { get }]) =>
    get?.parameters?.some(({ name }) => name === "owner_id") ? [path] : [],
  );
});

const statusesOf = async (token: string, owner: string) =>
  Object.fromEntries(
    await Promise.all(
      paths.map(async (path) => {
        const target = `${path}?owner_id=${owner}${QUERIES[path] ?? ""}`;
        return [path, (await api.call("GET", target, { token })).status] as const;
      }),
    ),
  );

const all = (status: number) => Object.fromEntries(paths.map((path) => [path, status]));

it("lists, exports and reports of others are refused to who may see their own, whoever is asked for [OWNER-1]", async () => {
  expect(paths).toEqual(
    expect.arrayContaining([
      "/clients",
      "/goals",
      "/projects",
      "/tags",
      "/tasks",
      "/time-entries",
      "/time-entries/export",
      "/reports/focus",
      "/reports/heatmap",
      "/reports/summary",
      "/reports/timesheet",
    ]),
  );
  const [ada, eve] = [await api.signUp(), await api.signUp()];
  expect(await statusesOf(eve.access, eve.id)).toEqual(all(200));
  for (const owner of [ada.id, "all", crypto.randomUUID()])
    expect(await statusesOf(eve.access, owner), owner).toEqual(all(403));
  expect(await statusesOf(eve.access, "everybody")).toEqual(all(422));
});

it("they are open to who holds the permission for everybody's", async () => {
  const ada = await api.signUp();
  const lead = await api.signUpHolding("*");
  for (const owner of [ada.id, "all"]) expect(await statusesOf(lead.access, owner)).toEqual(all(200));
});
