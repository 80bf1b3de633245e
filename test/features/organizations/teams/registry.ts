import { sql } from "drizzle-orm";
import { bytesOf, page, RECORD_BYTES } from "../../../support/answer-sizes.ts";
import { type Fixtures, UNKNOWN_ID } from "../../../support/fixtures.ts";
import { newPeople, ofTeam } from "../../../support/places.ts";
import type { Registry } from "../../../support/registry-entry.ts";
import { newName } from "../../../support/time-records.ts";

/** Maximum size of a team, with twenty leads. */
const BYTES = RECORD_BYTES + bytesOf(255 + 500) + 21 * (RECORD_BYTES + bytesOf(300));
const ONE = { bounded: "by number", items: 1, bytes: BYTES } as const;

/** Returns the parts of a request about `root` in a new team of an organization of `root`. */
async function ofMember(fixtures: Fixtures, isMember = false) {
  const { params } = await ofTeam(fixtures, isMember ? { lead_id: fixtures.root.id } : {});
  return { params: { ...params, user_id: fixtures.root.id } };
}

/** Returns the parts of a request that names a team as another one. */
async function ofTaken(fixtures: Fixtures) {
  const { name, organization_id } = await ofTeam(fixtures);
  return { name, organization_id };
}

export default {
  listTeams: {
    access: [401, 404, 404, 404, 404, 403, 401],
    valid: async ({ newOrganization }) => ({ query: `?organization_id=${await newOrganization()}` }),
    special: () => ({ query: `?organization_id=${UNKNOWN_ID}` }),
    answerSize: page(BYTES),
  },
  createTeam: {
    access: [401, 404, 404, 404, 404, 403, 401],
    valid: async (fixtures) => ({
      body: { ...newName(), organization_id: await fixtures.newOrganization(), lead_id: fixtures.root.id },
    }),
    special: async (fixtures) => [
      { body: await ofTaken(fixtures) },
      { body: { ...newName(), organization_id: UNKNOWN_ID } },
    ],
    anonymousBody: {},
    answerSize: ONE,
    storesNoText: "belongs to the organization",
  },
  getTeam: {
    access: [401, 404, 404, 404, 404, 403, 401],
    valid: async (fixtures) => ofTeam(fixtures),
    answerSize: ONE,
  },
  updateTeam: {
    access: [401, 404, 404, 404, 404, 403, 401],
    valid: async (fixtures) => ({ ...(await ofTeam(fixtures)), body: newName() }),
    special: async (fixtures) => {
      const { name, organization_id } = await ofTaken(fixtures);
      return { ...(await ofTeam(fixtures, { organization_id })), body: { name } };
    },
    anonymousBody: {},
    answerSize: ONE,
    storesNoText: "belongs to the organization",
  },
  deleteTeam: {
    access: [401, 404, 404, 404, 404, 403, 401],
    valid: async (fixtures) => ofTeam(fixtures),
    storesNoText: "takes no text",
  },
  listTeamMembers: {
    access: [401, 404, 404, 404, 404, 403, 401],
    valid: async (fixtures) => ofTeam(fixtures),
    answerSize: page(RECORD_BYTES + bytesOf(300)),
  },
  addTeamMember: {
    access: [401, 404, 404, 404, 404, 403, 401],
    valid: async (fixtures) => ({ ...(await ofTeam(fixtures)), body: { user_id: fixtures.root.id } }),
    anonymousBody: {},
    answerSize: ONE,
    storesNoText: "takes no text",
  },
  removeTeamMember: {
    access: [401, 404, 404, 404, 404, 403, 401],
    valid: (fixtures) => ofMember(fixtures, true),
    storesNoText: "takes no text",
  },
  setTeamLead: {
    access: [401, 404, 404, 404, 404, 403, 401],
    valid: (fixtures) => ofMember(fixtures),
    storesNoText: "takes no text",
  },
  removeTeamLead: {
    access: [401, 404, 404, 404, 404, 403, 401],
    valid: async (fixtures) => ofTeam(fixtures),
    storesNoText: "takes no text",
  },
  addTeamLead: {
    access: [401, 404, 404, 404, 404, 403, 401],
    valid: (fixtures) => ofMember(fixtures),
    special: async (fixtures) => {
      const { params, organization_id } = await ofTeam(fixtures);
      const people = await newPeople(fixtures, organization_id, 20);
      await fixtures.api.db.execute(sql`
        insert into team_members (organization_id, team_id, user_id, is_lead)
        select ${organization_id}, ${params.team_id}, person, true from unnest(${`{${people.join(",")}}`}::uuid[]) person`);
      return { params: { ...params, user_id: fixtures.root.id } };
    },
    answerSize: ONE,
    storesNoText: "takes no text",
  },
} satisfies Registry;
