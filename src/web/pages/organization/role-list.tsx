import { useState } from "preact/hooks";
import { api, call } from "../../api/client.ts";
import type { Schemas } from "../../api/types.ts";
import { type Organization, type Role, reloadOrganizations, useRoles } from "../../data/organizations.ts";
import type { KeyOf } from "../../i18n/index.ts";
import { t } from "../../i18n/organizations/index.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog, Dialog, DialogButtons } from "../../ui/dialog.tsx";
import { Checkbox, TextField } from "../../ui/field.tsx";
import { Form, type Values } from "../../ui/form.tsx";
import { Loaded } from "../../ui/loaded.tsx";
import { Card } from "../../ui/page.tsx";
import { toast } from "../../ui/toast.tsx";
import { builtinOf, nameOfRole } from "./roles.ts";
import { withTaken } from "./taken.ts";

type Asked = { role?: Role; about: "edit" | "remove" };
type Grant = Schemas["CreateOrganizationRole"]["grants"][number];
type Key = KeyOf<typeof t>;

/** Renders the roles of an organization, of which the custom ones can be changed. */
export function Roles({ organization }: { organization: Organization }) {
  const { id, grants } = organization;
  const query = useRoles(id);
  const [asked, setAsked] = useState<Asked>();
  const close = () => setAsked(undefined);
  return (
    <Card
      title={t("roles.title")}
      lead={t("roles.lead")}
      action={
        grants.includes("roles:create") && (
          <Button onClick={() => setAsked({ about: "edit" })}>{t("roles.create")}</Button>
        )
      }
    >
      <Loaded query={query} rows={5}>
        {(roles) => (
          <ul class="list">
            {roles.map((role) => (
              <Row key={role.id} role={role} grants={grants} onAsk={setAsked} />
            ))}
          </ul>
        )}
      </Loaded>
      {asked?.about === "edit" && <Edit organization={organization} role={asked.role} onClose={close} />}
      {asked?.about === "remove" && asked.role && (
        <Remove organization={organization} role={asked.role} onClose={close} />
      )}
    </Card>
  );
}

function Row({
  role,
  grants,
  onAsk,
}: {
  role: Role;
  grants: readonly string[];
  onAsk: (asked: Asked) => void;
}) {
  const { name, description, member_count: count } = role;
  const builtin = builtinOf(role);
  return (
    <li>
      <div>
        <div class="item-title">{nameOfRole(role)}</div>
        <div class="facts">
          <span>{t("organizations.members", { count })}</span>
          {builtin ? <span>{t(`role.${builtin}_lead`)}</span> : description && <span>{description}</span>}
        </div>
      </div>
      {!builtin && (
        <div class="row">
          {grants.includes("roles:update") && (
            <Button
              look="quiet"
              aria-label={t("roles.edit_one", { name })}
              onClick={() => onAsk({ role, about: "edit" })}
            >
              {t("roles.edit")}
            </Button>
          )}
          {grants.includes("roles:delete") && (
            <Button
              look="quiet"
              aria-label={t("roles.remove_one", { name })}
              onClick={() => onAsk({ role, about: "remove" })}
            >
              {t("roles.remove")}
            </Button>
          )}
        </div>
      )}
    </li>
  );
}

interface AskProps<Asked> {
  organization: Organization;
  role: Asked;
  onClose: () => void;
}

/** Renders the form of a custom role. It offers the grants that the user holds, and those that the role has. */
function Edit({ organization: { id, grants: own }, role, onClose }: AskProps<Role | undefined>) {
  const offered = [...new Set([...own, ...(role?.grants ?? [])])];
  const groups = Object.entries(Object.groupBy(offered, (grant) => grant.split(":")[0] ?? ""));
  async function save(values: Values) {
    const body = {
      name: values.name?.trim() ?? "",
      grants: offered.filter((grant) => grant in values) as Grant[],
    };
    await withTaken("name", t("roles.taken"), async () =>
      role
        ? call(
            api.PUT("/organizations/{organization_id}/roles/{role_id}", {
              params: { path: { organization_id: id, role_id: role.id } },
              body,
            }),
          )
        : call(
            api.POST("/organizations/{organization_id}/roles", {
              params: { path: { organization_id: id } },
              body,
            }),
          ),
    );
    await reloadOrganizations();
    onClose();
    toast(t("saved"));
  }
  return (
    <Dialog title={role ? t("roles.edit_one", { name: role.name }) : t("roles.create")} onClose={onClose}>
      <Form onSubmit={save}>
        <TextField
          name="name"
          label={t("field.name")}
          maxLength={50}
          defaultValue={role?.name}
          autocomplete="off"
          required
          isFirst
        />
        <h3>{t("roles.grants")}</h3>
        {groups.map(([resource, grants = []]) => (
          <fieldset key={resource} class="field">
            <legend>{t(`grants.${resource}` as Key)}</legend>
            {grants.map((grant) => (
              <Checkbox
                key={grant}
                name={grant}
                label={t(`grants.${grant.split(":")[1]}` as Key)}
                isTicked={role?.grants.includes(grant)}
              />
            ))}
          </fieldset>
        ))}
        <DialogButtons onClose={onClose}>{t(role ? "action.save" : "action.create")}</DialogButtons>
      </Form>
    </Dialog>
  );
}

function Remove({ organization: { id }, role, onClose }: AskProps<Role>) {
  async function remove() {
    const params = { path: { organization_id: id, role_id: role.id } };
    await call(api.DELETE("/organizations/{organization_id}/roles/{role_id}", { params }));
    await reloadOrganizations();
  }
  return (
    <ConfirmDialog
      title={t("roles.remove_one", { name: role.name })}
      action={t("roles.remove")}
      onConfirm={remove}
      onClose={onClose}
    >
      <p>{t("roles.remove_lead")}</p>
    </ConfirmDialog>
  );
}
