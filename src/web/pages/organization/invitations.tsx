import { useState } from "preact/hooks";
import { api, call } from "../../api/client.ts";
import {
  type Invitation,
  type Organization,
  reloadOrganizations,
  useInvitations,
} from "../../data/organizations.ts";
import { useSession } from "../../data/session.ts";
import { t } from "../../i18n/organizations/index.ts";
import { Button } from "../../ui/button.tsx";
import { describeError } from "../../ui/error-notice.tsx";
import { toApiError } from "../../ui/errors.ts";
import { formatDay } from "../../ui/format.ts";
import { Card } from "../../ui/page.tsx";
import { toast } from "../../ui/toast.tsx";
import { nameOfRole } from "./roles.ts";

/** Renders the open invitations of an organization, if there are any. */
export function Invitations({ organization }: { organization: Organization }) {
  const invitations = useInvitations(organization.id).data;
  if (!invitations?.length) return null;
  return (
    <Card title={t("invite.list")}>
      <ul class="list">
        {invitations.map((invitation) => (
          <Row key={invitation.id} invitation={invitation} />
        ))}
      </ul>
    </Card>
  );
}

function Row({ invitation }: { invitation: Invitation }) {
  const { id, organization_id, email, role, expires_at } = invitation;
  const zone = useSession().data?.settings?.timezone ?? "UTC";
  const [busy, setBusy] = useState<"resend" | "revoke">();
  const params = { path: { organization_id, invitation_id: id } };

  async function run(action: "resend" | "revoke", send: () => Promise<unknown>, done: string) {
    setBusy(action);
    try {
      await send();
      toast(done);
    } catch (thrown) {
      toast(describeError(toApiError(thrown)));
    }
    await reloadOrganizations();
    setBusy(undefined);
  }

  return (
    <li>
      <div>
        <div class="item-title">{email}</div>
        <div class="facts">
          <span>{nameOfRole(role)}</span>
          <span>
            {Date.parse(expires_at) < Date.now()
              ? t("invite.expired")
              : t("invitations.until", { day: formatDay(expires_at, zone) })}
          </span>
        </div>
      </div>
      <div class="row">
        <Button
          look="quiet"
          aria-label={t("invite.resend_one", { email })}
          isBusy={busy === "resend"}
          onClick={() =>
            void run(
              "resend",
              () =>
                call(
                  api.POST("/organizations/{organization_id}/invitations/{invitation_id}/resend", { params }),
                ),
              t("invite.sent", { email }),
            )
          }
        >
          {t("invite.resend")}
        </Button>
        <Button
          look="quiet"
          aria-label={t("invite.revoke_one", { email })}
          isBusy={busy === "revoke"}
          onClick={() =>
            void run(
              "revoke",
              () =>
                call(api.DELETE("/organizations/{organization_id}/invitations/{invitation_id}", { params })),
              t("invite.revoked"),
            )
          }
        >
          {t("invite.revoke")}
        </Button>
      </div>
    </li>
  );
}
