import { beforeAll, expect, it } from "vitest";
import { createTestApi, type TestApi } from "../support/api.ts";

/** Parameters that some operations need in addition. */
const QUERIES: Record<string, string> = { "/reports/heatmap": "&year=2026" };

interface Document {
  paths: Record<string, Record<string, { parameters?: { name: string }[] }>>;
}

let api: TestApi;
/** Requests for the records or the time of other users. */
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

it("rejects lists, exports and reports of other users from callers who may only see their own [OWNER-1]", async () => {
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
  expect(await statusesOf(eve.access, "everyone")).toEqual(all(422));
});

it("returns lists, exports and reports of other users to holders of the `_any` permission", async () => {
  const ada = await api.signUp();
  const lead = await api.signUpHolding("*");
  for (const owner of [ada.id, "all"]) expect(await statusesOf(lead.access, owner)).toEqual(all(200));
});
