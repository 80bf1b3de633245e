import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { expandWildcards, PERMISSIONS, SCOPE_SETS } from "../../../../src/core/permissions.ts";
import { createTestApi, type TestApi } from "../../../support/api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await createTestApi();
});

describe("the database", () => {
  it("expands the same wildcards as the guard's declarations", async () => {
    const { rows } = await api.db.execute<{ name: string; wildcards: string[] }>(sql`
      select name, wildcards_of(name) as wildcards from unnest(${`{${PERMISSIONS.join(",")}}`}::text[]) as name`);
    expect(rows.map(({ wildcards }) => wildcards)).toEqual(
      PERMISSIONS.map((permission) => expandWildcards([[permission]])[0]),
    );
  });

  it("has the same sets of scopes as TypeScript, and none is empty", async () => {
    const { rows } = await api.db.execute<{ name: string; names: string[] }>(sql`
      select name, expand_scopes(array[name]) as names from unnest(scope_sets()) as name`);
    expect(rows.map(({ name }) => name).sort()).toEqual(Object.keys(SCOPE_SETS).sort());
    for (const { name, names } of rows) expect(names.length, name).toBeGreaterThan(1);
  });
});
