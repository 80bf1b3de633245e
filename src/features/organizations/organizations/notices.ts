import type { OriginScope } from "../../../http/context.ts";
import * as messages from "../../identity/email/messages.ts";
import { sendMailLater } from "../../identity/email/service.ts";

/** An event that all owners of an organization are notified of. */
export interface OwnerNotice {
  /** The organization. */
  id: string;
  event: messages.OrganizationEvent;
}

/** Sends the notice of `event` to each of `owners`, after the response. */
export function notifyOwners(
  scope: OriginScope,
  owners: readonly string[],
  { id, event }: OwnerNotice,
): void {
  for (const owner of owners) sendMailLater(scope, owner, messages.organizationChanged(id, event));
}
