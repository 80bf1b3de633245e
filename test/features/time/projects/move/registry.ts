import { sql } from "drizzle-orm";
import type { Fixtures } from "../../../../support/fixtures.ts";
import type { Registry } from "../../../../support/registry-entry.ts";
import { newName } from "../../../../support/time-records.ts";

/** Returns the parts of a request that moves a new project of `root` into an organization of `root`. */
async function ofProject({ callAsRoot, newOrganization }: Fixtures, body = newName()) {
  const { id } = await callAsRoot("POST", "/projects", body);
  return { params: { project_id: id }, body: { organization_id: await newOrganization() } };
}

export default {
  moveProject: {
    access: [401, 403, 404, 404, 404, 403, 401],
    valid: (fixtures) => ofProject(fixtures),
    special: async (fixtures) => {
      const name = newName();
      const taken = await ofProject(fixtures, name);
      await fixtures.callAsRoot("POST", "/projects", { ...name, ...taken.body });
      const ofOthers = await ofProject(fixtures);
      await fixtures.api.db.execute(sql`
        insert into time_entries (owner_id, project_id, started_at, ended_at)
        values (${await fixtures.newUser()}, ${ofOthers.params.project_id}, '2026-01-01', '2026-01-02')`);
      return [taken, ofOthers];
    },
    anonymousBody: {},
    storesNoText: "takes no text",
  },
} satisfies Registry;
