import { sql } from "drizzle-orm";
import { bytesOf, page, RECORD_BYTES } from "../../../support/answer-sizes.ts";
import { UNKNOWN_ID } from "../../../support/fixtures.ts";
import { newDepartment, newPeople, ofTeam } from "../../../support/places.ts";
import type { Registry } from "../../../support/registry-entry.ts";
import { newName } from "../../../support/time-records.ts";

/** Maximum size of a department or a team, with twenty people. */
const BYTES = RECORD_BYTES + bytesOf(255 + 500) + 20 * (RECORD_BYTES + bytesOf(300));

export default {
  listDepartments: {
    access: [401, 404, 404, 404, 404, 403, 401],
    valid: async ({ newOrganization }) => ({ query: `?organization_id=${await newOrganization()}` }),
    special: () => ({ query: `?organization_id=${UNKNOWN_ID}` }),
    answerSize: page(BYTES),
  },
  listDepartmentsOfOrganization: {
    access: [401, 404, 404, 404, 404, 403, 401],
    valid: async (fixtures) => ({ params: { organization_id: await fixtures.newOrganization() } }),
    answerSize: page(BYTES),
  },
  createDepartment: {
    access: [401, 404, 404, 404, 404, 403, 401],
    valid: async (fixtures) => ({
      body: { ...newName(), organization_id: await fixtures.newOrganization() },
    }),
    special: async (fixtures) => {
      const { name, organization_id } = await newDepartment(fixtures);
      return [{ body: { name, organization_id } }, { body: { name, organization_id: UNKNOWN_ID } }];
    },
    anonymousBody: {},
    answerSize: { bounded: "by number", items: 1, bytes: BYTES },
    storesNoText: "belongs to the organization",
  },
  getDepartment: {
    access: [401, 404, 404, 404, 404, 403, 401],
    valid: async (fixtures) => ({ params: { department_id: (await newDepartment(fixtures)).id } }),
    answerSize: { bounded: "by number", items: 1, bytes: BYTES },
  },
  updateDepartment: {
    access: [401, 404, 404, 404, 404, 403, 401],
    valid: async (fixtures) => ({
      params: { department_id: (await newDepartment(fixtures)).id },
      body: newName(),
    }),
    special: async (fixtures) => {
      const { name, organization_id } = await newDepartment(fixtures);
      const { id } = await newDepartment(fixtures, organization_id);
      return { params: { department_id: id }, body: { name } };
    },
    anonymousBody: {},
    answerSize: { bounded: "by number", items: 1, bytes: BYTES },
    storesNoText: "belongs to the organization",
  },
  deleteDepartment: {
    access: [401, 404, 404, 404, 404, 403, 401],
    valid: async (fixtures) => ({ params: { department_id: (await newDepartment(fixtures)).id } }),
    special: async (fixtures) => {
      const { id, organization_id } = await newDepartment(fixtures);
      await ofTeam(fixtures, { organization_id, department_id: id });
      return { params: { department_id: id } };
    },
    storesNoText: "takes no text",
  },
  listTeamsOfDepartment: {
    access: [401, 404, 404, 404, 404, 403, 401],
    valid: async (fixtures) => ({ params: { department_id: (await newDepartment(fixtures)).id } }),
    answerSize: page(BYTES),
  },
  addDepartmentManager: {
    access: [401, 404, 404, 404, 404, 403, 401],
    valid: async (fixtures) => ({
      params: { department_id: (await newDepartment(fixtures)).id, user_id: fixtures.root.id },
    }),
    special: async (fixtures) => {
      const { id, organization_id } = await newDepartment(fixtures);
      const people = await newPeople(fixtures, organization_id, 20);
      await fixtures.api.db.execute(sql`
        insert into department_managers (organization_id, department_id, user_id)
        select ${organization_id}, ${id}, person from unnest(${`{${people.join(",")}}`}::uuid[]) person`);
      return { params: { department_id: id, user_id: fixtures.root.id } };
    },
    answerSize: { bounded: "by number", items: 1, bytes: BYTES },
    storesNoText: "takes no text",
  },
  removeDepartmentManager: {
    access: [401, 404, 404, 404, 404, 403, 401],
    valid: async (fixtures) => {
      const { id, organization_id } = await newDepartment(fixtures);
      await fixtures.api.db.execute(sql`
        insert into department_managers (organization_id, department_id, user_id)
        values (${organization_id}, ${id}, ${fixtures.root.id})`);
      return { params: { department_id: id, user_id: fixtures.root.id } };
    },
    storesNoText: "takes no text",
  },
} satisfies Registry;
