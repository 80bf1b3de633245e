import type { Fixtures, Parts } from "./fixtures.ts";

let days = 0;

/** Returns the times of an hour that no other entry of the tests overlaps. */
export function newHour() {
  const start = Date.UTC(1950, 0, 1) + days++ * 86_400_000;
  return { started_at: new Date(start).toISOString(), ended_at: new Date(start + 3_600_000).toISOString() };
}

/** Today's date in UTC. */
export const TODAY = new Date().toISOString().slice(0, 10);
/** Query of a report of today with activity. */
export const OF_TODAY = { query: `?from=${TODAY}&to=${TODAY}&include=activity` };

/** Returns a body with a unique name. */
export const newName = () => ({ name: crypto.randomUUID() });
/** Returns the body of a new goal. */
export const newGoal = () => ({ ...newName(), period: "day", direction: "at_least", target_seconds: 3600 });
/** Returns the body of a new activity rule. */
export const newRule = () => ({ field: "app", match: "equals", pattern: "Code", category: "Programming" });

type Make = (fixtures: Fixtures) => Promise<Parts>;

/** Returns functions that return the requests of all named records: valid requests, and requests with a name that already exists. */
export function recordsAt(path: string, parameter: string) {
  const newRecord = async ({ callAsRoot }: Fixtures) => {
    const { name } = newName();
    return { name, id: (await callAsRoot("POST", path, { name })).id };
  };
  const ofRecord = async (fixtures: Fixtures, body?: unknown) => ({
    params: { [parameter]: (await newRecord(fixtures)).id },
    body,
  });
  const ofDeleted: Make = async (fixtures) => {
    const parts = await ofRecord(fixtures);
    await fixtures.callAsRoot("DELETE", `${path}/${parts.params[parameter]}`);
    return parts;
  };
  const createTaken: Make = async (fixtures) => ({ body: { name: (await newRecord(fixtures)).name } });
  const updateToTaken: Make = async (fixtures) =>
    ofRecord(fixtures, { name: (await newRecord(fixtures)).name });
  const restoreTaken: Make = async (fixtures) => {
    const { id, name } = await newRecord(fixtures);
    await fixtures.deleteAndReplace(`${path}/${id}`, { method: "POST", path, body: { name } });
    return { params: { [parameter]: id } };
  };
  return { ofRecord, ofDeleted, createTaken, updateToTaken, restoreTaken };
}
