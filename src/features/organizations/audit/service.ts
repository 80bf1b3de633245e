import type { PrincipalScope } from "../../../http/context.ts";
import { listEvents } from "../../access/audit/service.ts";
import type { OrganizationEventQuery } from "./schemas.ts";

/** Lists a page of the events in an organization that match `query`, latest first. */
export async function listOrganizationEvents(
  scope: PrincipalScope,
  organizationId: string,
  query: OrganizationEventQuery,
) {
  const page = await listEvents(scope, { ...query, organization_id: organizationId });
  const items = page.items.map(({ credential_id: _, address: __, request_id: ___, ...event }) => event);
  return { ...page, items };
}
