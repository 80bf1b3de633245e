import { useState } from "preact/hooks";
import { api, call } from "../../api/client.ts";
import {
  type Department,
  type Organization,
  reloadOrganizations,
  useDepartments,
} from "../../data/organizations.ts";
import { t } from "../../i18n/organizations/index.ts";
import { nameOf } from "../../scope/person.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog, Dialog, DialogButtons } from "../../ui/dialog.tsx";
import { describeError } from "../../ui/error-notice.tsx";
import { toApiError } from "../../ui/errors.ts";
import { TextField } from "../../ui/field.tsx";
import { Form } from "../../ui/form.tsx";
import { Loaded } from "../../ui/loaded.tsx";
import { Card } from "../../ui/page.tsx";
import { toast } from "../../ui/toast.tsx";
import { AddPerson } from "./add-person.tsx";
import { mayPlace } from "./roles.ts";
import { withTaken } from "./taken.ts";

type Asked = { department?: Department; about: "edit" | "managers" | "remove" };

/** Renders the departments of an organization, with the changes that the user may make. */
export function Departments({ organization }: { organization: Organization }) {
  const { id, grants } = organization;
  const query = useDepartments(id);
  const [asked, setAsked] = useState<Asked>();
  const close = () => setAsked(undefined);
  // The dialog follows a change of the managers.
  const department = query.data?.find((one) => one.id === asked?.department?.id);
  return (
    <Card
      title={t("departments.title")}
      lead={t("departments.lead")}
      action={
        grants.includes("teams:create") && (
          <Button onClick={() => setAsked({ about: "edit" })}>{t("departments.create")}</Button>
        )
      }
    >
      <Loaded query={query}>
        {(departments) =>
          departments.length === 0 ? (
            <p class="card-body muted">{t("departments.empty")}</p>
          ) : (
            <ul class="list">
              {departments.map((one) => (
                <Row key={one.id} department={one} grants={grants} onAsk={setAsked} />
              ))}
            </ul>
          )
        }
      </Loaded>
      {asked?.about === "edit" && <Edit organizationId={id} department={asked.department} onClose={close} />}
      {asked?.about === "managers" && department && (
        <Managers organization={organization} department={department} onClose={close} />
      )}
      {asked?.about === "remove" && department && <Remove department={department} onClose={close} />}
    </Card>
  );
}

function Row({
  department,
  grants,
  onAsk,
}: {
  department: Department;
  grants: readonly string[];
  onAsk: (asked: Asked) => void;
}) {
  const { name, managers, team_count: teams, member_count: members } = department;
  return (
    <li>
      <div>
        <div class="item-title">{name}</div>
        <div class="facts">
          <span>{t("departments.teams", { count: teams })}</span>
          <span>{t("organizations.members", { count: members })}</span>
          {managers.length > 0 && (
            <span>{t("departments.managed", { names: managers.map(nameOf).join(", ") })}</span>
          )}
        </div>
      </div>
      <div class="row">
        <Button
          look="quiet"
          aria-label={t("departments.managers_of", { name })}
          onClick={() => onAsk({ department, about: "managers" })}
        >
          {t("departments.managers")}
        </Button>
        {grants.includes("teams:update") && (
          <Button
            look="quiet"
            aria-label={t("teams.edit_one", { name })}
            onClick={() => onAsk({ department, about: "edit" })}
          >
            {t("teams.edit")}
          </Button>
        )}
        {grants.includes("teams:delete") && (
          <Button
            look="quiet"
            aria-label={t("teams.remove_one", { name })}
            onClick={() => onAsk({ department, about: "remove" })}
          >
            {t("teams.remove")}
          </Button>
        )}
      </div>
    </li>
  );
}

function Edit({
  organizationId,
  department,
  onClose,
}: {
  organizationId: string;
  department: Department | undefined;
  onClose: () => void;
}) {
  async function save({ name: typed = "" }: Record<string, string>) {
    const name = typed.trim();
    await withTaken("name", t("departments.taken"), async () =>
      department
        ? call(
            api.PUT("/departments/{department_id}", {
              params: { path: { department_id: department.id } },
              body: { name },
            }),
          )
        : call(api.POST("/departments", { body: { name, organization_id: organizationId } })),
    );
    await reloadOrganizations();
    onClose();
    toast(t("saved"));
  }
  return (
    <Dialog
      title={department ? t("teams.edit_one", { name: department.name }) : t("departments.create")}
      onClose={onClose}
    >
      <Form onSubmit={save}>
        <TextField
          name="name"
          label={t("field.name")}
          maxLength={255}
          defaultValue={department?.name}
          autocomplete="off"
          required
          isFirst
        />
        <DialogButtons onClose={onClose}>{t(department ? "action.save" : "action.create")}</DialogButtons>
      </Form>
    </Dialog>
  );
}

function Managers({
  organization: { id, grants },
  department,
  onClose,
}: {
  organization: Organization;
  department: Department;
  onClose: () => void;
}) {
  const { id: department_id, name, managers } = department;
  const pathOf = (user_id: string) => ({ params: { path: { department_id, user_id } } });
  async function remove(userId: string) {
    await call(api.DELETE("/departments/{department_id}/managers/{user_id}", pathOf(userId))).catch(
      (thrown: unknown) => toast(describeError(toApiError(thrown))),
    );
    await reloadOrganizations();
  }
  return (
    <Dialog title={t("departments.managers_of", { name })} onClose={onClose}>
      {managers.length === 0 && <p class="muted">{t("departments.no_managers")}</p>}
      <ul class="card list" hidden={managers.length === 0}>
        {managers.map((person) => (
          <li key={person.id}>
            <div class="item-title">{nameOf(person)}</div>
            {grants.includes("teams:update") && (
              <Button
                look="quiet"
                aria-label={t("members.remove_one", { name: nameOf(person) })}
                onClick={() => void remove(person.id)}
              >
                {t("members.remove")}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {mayPlace(grants) && (
        <AddPerson
          organizationId={id}
          label={t("departments.add")}
          present={managers}
          onAdd={(userId) => call(api.PUT("/departments/{department_id}/managers/{user_id}", pathOf(userId)))}
        />
      )}
      <div class="row row-end">
        <Button data-first onClick={onClose}>
          {t("teams.close")}
        </Button>
      </div>
    </Dialog>
  );
}

function Remove({ department, onClose }: { department: Department; onClose: () => void }) {
  const { id: department_id, name, team_count: count } = department;
  async function remove() {
    const query = count > 0 ? { cascade: true } : {};
    await call(api.DELETE("/departments/{department_id}", { params: { path: { department_id }, query } }));
    await reloadOrganizations();
  }
  return (
    <ConfirmDialog
      title={t("teams.remove_one", { name })}
      action={t("teams.remove")}
      onConfirm={remove}
      onClose={onClose}
    >
      <p>{count > 0 ? t("departments.remove_teams", { count }) : t("departments.remove_lead")}</p>
    </ConfirmDialog>
  );
}
