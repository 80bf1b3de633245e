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
import { ConfirmDialog } from "../../ui/dialog.tsx";
import { AddPerson } from "./add-person.tsx";
import { changePlace, GroupCard, GroupForm, GroupRow, PeopleDialog, RowAction } from "./group.tsx";
import { mayPlace } from "./roles.ts";

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
    <GroupCard
      query={query}
      texts={{
        title: t("departments.title"),
        lead: t("departments.lead"),
        empty: t("departments.empty"),
        create: t("departments.create"),
      }}
      onCreate={grants.includes("teams:create") && (() => setAsked({ about: "edit" }))}
      row={(one) => <Row key={one.id} department={one} grants={grants} onAsk={setAsked} />}
    >
      {asked?.about === "edit" && <Edit organizationId={id} department={asked.department} onClose={close} />}
      {asked?.about === "managers" && department && (
        <Managers organization={organization} department={department} onClose={close} />
      )}
      {asked?.about === "remove" && department && <Remove department={department} onClose={close} />}
    </GroupCard>
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
    <GroupRow
      group={department}
      facts={
        <>
          <span>{t("departments.teams", { count: teams })}</span>
          <span>{t("organizations.members", { count: members })}</span>
          {managers.length > 0 && (
            <span>{t("departments.managed", { names: managers.map(nameOf).join(", ") })}</span>
          )}
        </>
      }
      people={{
        label: t("departments.managers"),
        title: t("departments.managers_of", { name }),
        about: "managers",
      }}
      mayUpdate={grants.includes("teams:update")}
      mayDelete={grants.includes("teams:delete")}
      onAsk={(about) => onAsk({ department, about })}
    />
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
  const save = (name: string) =>
    department
      ? call(
          api.PUT("/departments/{department_id}", {
            params: { path: { department_id: department.id } },
            body: { name },
          }),
        )
      : call(api.POST("/departments", { body: { name, organization_id: organizationId } }));
  return (
    <GroupForm
      group={department}
      createTitle={t("departments.create")}
      taken={t("departments.taken")}
      onSave={save}
      onClose={onClose}
    />
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
  const remove = (userId: string) =>
    call(api.DELETE("/departments/{department_id}/managers/{user_id}", pathOf(userId)));
  return (
    <PeopleDialog title={t("departments.managers_of", { name })} onClose={onClose}>
      {managers.length === 0 && <p class="muted">{t("departments.no_managers")}</p>}
      <ul class="card list" hidden={managers.length === 0}>
        {managers.map((person) => (
          <li key={person.id}>
            <div class="item-title">{nameOf(person)}</div>
            {grants.includes("teams:update") && (
              <RowAction
                label={t("members.remove")}
                about={t("members.remove_one", { name: nameOf(person) })}
                onClick={() => void changePlace(() => remove(person.id))}
              />
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
    </PeopleDialog>
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
