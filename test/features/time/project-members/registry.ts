import { RECORD_BYTES } from "../../../support/answer-sizes.ts";
import type { Fixtures } from "../../../support/fixtures.ts";
import type { Registry } from "../../../support/registry-entry.ts";
import { newName } from "../../../support/time-records.ts";

/** Returns the parts of a request about a new project of a new organization, and the organization. */
async function newProject({ newOrganization, callAsRoot }: Fixtures) {
  const organizationId = await newOrganization();
  const { id } = await callAsRoot("POST", "/projects", { ...newName(), organization_id: organizationId });
  return { organizationId, projectId: id };
}

async function ofMember(fixtures: Fixtures, body?: unknown) {
  const { organizationId, projectId } = await newProject(fixtures);
  return { params: { project_id: projectId, user_id: await fixtures.newMember(organizationId) }, body };
}

export default {
  listProjectMembers: {
    access: [401, 403, 404, 404, 404, 403, 401],
    valid: async (fixtures) => ({ params: { project_id: (await newProject(fixtures)).projectId } }),
    answerSize: { bounded: "by number", items: 10_000, bytes: RECORD_BYTES },
  },
  setProjectMember: {
    access: [401, 403, 404, 404, 404, 403, 401],
    valid: (fixtures) => ofMember(fixtures, { is_manager: true }),
    anonymousBody: {},
    storesNoText: "takes no text",
  },
  removeProjectMember: {
    access: [401, 403, 404, 404, 404, 403, 401],
    valid: async (fixtures) => {
      const parts = await ofMember(fixtures);
      await fixtures.callAsRoot(
        "PUT",
        `/projects/${parts.params.project_id}/members/${parts.params.user_id}`,
        {},
      );
      return parts;
    },
    storesNoText: "takes no text",
  },
} satisfies Registry;
