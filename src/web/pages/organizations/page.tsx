import { useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { api, call } from "../../api/client.ts";
import { reloadOrganizations, useOrganizations, useOwnInvitations } from "../../data/organizations.ts";
import { t } from "../../i18n/organizations/index.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog, DialogButtons } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { Form } from "../../ui/form.tsx";
import { browserZone } from "../../ui/format.ts";
import { Icon } from "../../ui/icon.tsx";
import { Loaded } from "../../ui/loaded.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Card, PageHead } from "../../ui/page.tsx";
import { toast } from "../../ui/toast.tsx";
import { nameOfRole } from "../organization/roles.ts";

/** Renders the page of the user's organizations. */
export default function Organizations() {
  const query = useOrganizations();
  const waiting = useOwnInvitations().data?.length ?? 0;
  const [isCreating, setCreating] = useState(false);
  return (
    <>
      <PageHead title={t("menu.organizations")} lead={t("organizations.lead")} />
      {waiting > 0 && (
        <Notice>
          <a href="/app/invitations">{t("organizations.invitations", { count: waiting })}</a>
        </Notice>
      )}
      <Card
        title={t("organizations.list")}
        action={
          <Button look="primary" onClick={() => setCreating(true)}>
            {t("organizations.create")}
          </Button>
        }
      >
        <Loaded query={query}>
          {(organizations) =>
            organizations.length === 0 ? (
              <div class="empty">
                <Icon name="people" />
                <p>{t("organizations.empty")}</p>
              </div>
            ) : (
              <ul class="list">
                {organizations.map(({ id, name, role, member_count }) => (
                  <li key={id}>
                    <div>
                      <div class="item-title">
                        <a href={`/app/organizations/${id}`}>{name}</a>
                      </div>
                      <div class="facts">
                        {role && <span>{nameOfRole(role)}</span>}
                        <span>{t("organizations.members", { count: member_count })}</span>
                      </div>
                    </div>
                  </li>
                ))}
              </ul>
            )
          }
        </Loaded>
      </Card>
      {isCreating && <Create onClose={() => setCreating(false)} />}
    </>
  );
}

/** Renders the form of a new organization. */
function Create({ onClose }: { onClose: () => void }) {
  const { route } = useLocation();
  async function create({ name = "" }: Record<string, string>) {
    const body = { name: name.trim(), timezone: browserZone() };
    const { id } = await call(api.POST("/organizations", { body }));
    await reloadOrganizations();
    onClose();
    route(`/app/organizations/${id}`);
    toast(t("organizations.created", { name: body.name }));
  }
  return (
    <Dialog title={t("organizations.create")} onClose={onClose}>
      <Form onSubmit={create}>
        <TextField
          name="name"
          label={t("field.name")}
          maxLength={255}
          autocomplete="organization"
          required
          isFirst
        />
        <DialogButtons onClose={onClose}>{t("action.create")}</DialogButtons>
      </Form>
    </Dialog>
  );
}
