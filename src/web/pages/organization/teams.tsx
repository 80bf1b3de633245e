import { useState } from "preact/hooks";
import { api, call } from "../../api/client.ts";
import {
  type Department,
  type Organization,
  reloadOrganizations,
  type Team,
  type TeamMember,
  useDepartments,
  useTeamMembers,
  useTeams,
} from "../../data/organizations.ts";
import { useUser } from "../../data/session.ts";
import { t } from "../../i18n/organizations/index.ts";
import { nameOf } from "../../scope/person.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog, Dialog, DialogButtons } from "../../ui/dialog.tsx";
import { describeError } from "../../ui/error-notice.tsx";
import { toApiError } from "../../ui/errors.ts";
import { SelectField, TextField } from "../../ui/field.tsx";
import { Form } from "../../ui/form.tsx";
import { Loaded } from "../../ui/loaded.tsx";
import { Card } from "../../ui/page.tsx";
import { toast } from "../../ui/toast.tsx";
import { AddPerson } from "./add-person.tsx";
import { mayPlace } from "./roles.ts";
import { withTaken } from "./taken.ts";

type Asked = { team?: Team; about: "edit" | "members" | "remove" };

/** Renders the teams of an organization. */
export function Teams({ organization }: { organization: Organization }) {
  const { id, grants } = organization;
  const query = useTeams(id);
  const departments = useDepartments(id).data ?? [];
  const [asked, setAsked] = useState<Asked>();
  const close = () => setAsked(undefined);
  return (
    <Card
      title={t("teams.title")}
      lead={t("teams.lead")}
      action={
        grants.includes("teams:create") && (
          <Button onClick={() => setAsked({ about: "edit" })}>{t("teams.create")}</Button>
        )
      }
    >
      <Loaded query={query}>
        {(teams) =>
          teams.length === 0 ? (
            <p class="card-body muted">{t("teams.empty")}</p>
          ) : (
            <ul class="list">
              {teams.map((team) => (
                <Row
                  key={team.id}
                  team={team}
                  department={departments.find(({ id }) => id === team.department_id)}
                  grants={grants}
                  onAsk={setAsked}
                />
              ))}
            </ul>
          )
        }
      </Loaded>
      {asked?.about === "edit" && <Edit organization={organization} team={asked.team} onClose={close} />}
      {asked?.about === "members" && asked.team && (
        <People organization={organization} team={asked.team} onClose={close} />
      )}
      {asked?.about === "remove" && asked.team && <Remove team={asked.team} onClose={close} />}
    </Card>
  );
}

function Row({
  team,
  department,
  grants,
  onAsk,
}: {
  team: Team;
  department: Department | undefined;
  grants: readonly string[];
  onAsk: (asked: Asked) => void;
}) {
  const { name, leads, member_count: count } = team;
  const userId = useUser().id;
  const isPlaced = [...leads, ...(department?.managers ?? [])].some(({ id }) => id === userId);
  return (
    <li>
      <div>
        <div class="item-title">{name}</div>
        <div class="facts">
          {department && <span>{department.name}</span>}
          <span>{t("organizations.members", { count })}</span>
          {leads.length > 0 && <span>{t("teams.leads", { names: leads.map(nameOf).join(", ") })}</span>}
        </div>
      </div>
      <div class="row">
        <Button
          look="quiet"
          aria-label={t("teams.members_of", { name })}
          onClick={() => onAsk({ team, about: "members" })}
        >
          {t("teams.members")}
        </Button>
        {(isPlaced || grants.includes("teams:update")) && (
          <Button
            look="quiet"
            aria-label={t("teams.edit_one", { name })}
            onClick={() => onAsk({ team, about: "edit" })}
          >
            {t("teams.edit")}
          </Button>
        )}
        {grants.includes("teams:delete") && (
          <Button
            look="quiet"
            aria-label={t("teams.remove_one", { name })}
            onClick={() => onAsk({ team, about: "remove" })}
          >
            {t("teams.remove")}
          </Button>
        )}
      </div>
    </li>
  );
}

/** Renders the form of a team. Another department gives the members' time to other readers, and needs more grants than a new name. */
function Edit({
  organization: { id, grants },
  team,
  onClose,
}: {
  organization: Organization;
  team: Team | undefined;
  onClose: () => void;
}) {
  const departments = useDepartments(id).data ?? [];
  const mayMove = departments.length > 0 && mayPlace(grants);
  async function save({ name = "", department_id = "" }: Record<string, string>) {
    const body = { name: name.trim(), ...(mayMove && { department_id: department_id || null }) };
    await withTaken("name", t("teams.taken"), async () =>
      team
        ? call(api.PUT("/teams/{team_id}", { params: { path: { team_id: team.id } }, body }))
        : call(api.POST("/teams", { body: { ...body, organization_id: id } })),
    );
    await reloadOrganizations();
    onClose();
    toast(t("saved"));
  }
  return (
    <Dialog title={team ? t("teams.edit_one", { name: team.name }) : t("teams.create")} onClose={onClose}>
      <Form onSubmit={save}>
        <TextField
          name="name"
          label={t("field.name")}
          maxLength={255}
          defaultValue={team?.name}
          autocomplete="off"
          required
          isFirst
        />
        {mayMove && (
          <SelectField
            key={departments.length}
            name="department_id"
            label={t("teams.department")}
            value={team?.department_id ?? ""}
            options={[
              ["", t("teams.no_department")],
              ...departments.map((department) => [department.id, department.name] as const),
            ]}
          />
        )}
        <DialogButtons onClose={onClose}>{t(team ? "action.save" : "action.create")}</DialogButtons>
      </Form>
    </Dialog>
  );
}

/** Renders the members of a team, with the changes that the user may make. */
function People({
  organization,
  team,
  onClose,
}: {
  organization: Organization;
  team: Team;
  onClose: () => void;
}) {
  const { id, grants } = organization;
  const query = useTeamMembers(id, team.id);
  const userId = useUser().id;
  return (
    <Dialog title={t("teams.members_of", { name: team.name })} onClose={onClose}>
      <Loaded query={query}>
        {(members) => (
          <>
            {members.length === 0 && <p class="muted">{t("teams.no_members")}</p>}
            <ul class="card list" hidden={members.length === 0}>
              {members.map((member) => (
                <Place
                  key={member.id}
                  team={team}
                  member={member}
                  leads={members.filter(({ is_lead }) => is_lead)}
                  mayPlace={mayPlace(grants)}
                  mayUpdate={grants.includes("teams:update")}
                  mayRemove={
                    grants.includes("teams:update") ||
                    members.some(({ id: one, is_lead }) => is_lead && one === userId)
                  }
                />
              ))}
            </ul>
            {mayPlace(grants) && (
              <AddPerson
                organizationId={id}
                label={t("teams.add")}
                present={members}
                onAdd={(user_id) =>
                  call(
                    api.POST("/teams/{team_id}/members", {
                      params: { path: { team_id: team.id } },
                      body: { user_id },
                    }),
                  )
                }
              />
            )}
          </>
        )}
      </Loaded>
      <div class="row row-end">
        <Button onClick={onClose}>{t("teams.close")}</Button>
      </div>
    </Dialog>
  );
}

function Place({
  team,
  member,
  leads,
  mayPlace: mayName,
  mayUpdate,
  mayRemove,
}: {
  team: Team;
  member: TeamMember;
  leads: readonly TeamMember[];
  mayPlace: boolean;
  mayUpdate: boolean;
  mayRemove: boolean;
}) {
  const name = nameOf(member);
  const params = { path: { team_id: team.id, user_id: member.id } };
  const others = leads.filter(({ id }) => id !== member.id);

  /** Keeps only the other leads. The API ends one lead among several by naming the others again. */
  async function dropLead() {
    const [first, ...rest] = others.map(({ id: user_id }) => ({
      params: { path: { team_id: team.id, user_id } },
    }));
    if (!first) return call(api.DELETE("/teams/{team_id}/lead", { params: { path: { team_id: team.id } } }));
    await call(api.PUT("/teams/{team_id}/lead/{user_id}", first));
    for (const one of rest) await call(api.PUT("/teams/{team_id}/leads/{user_id}", one));
  }
  async function run(send: () => Promise<unknown>) {
    await send().catch((thrown: unknown) => toast(describeError(toApiError(thrown))));
    await reloadOrganizations();
  }
  return (
    <li>
      <div class="item-title">
        {name}
        {member.is_lead && <span class="badge">{t("teams.is_lead")}</span>}
      </div>
      <div class="row">
        {member.is_lead && (others.length === 0 ? mayUpdate : mayName) && (
          <Button
            look="quiet"
            aria-label={t("teams.drop_lead_one", { name })}
            onClick={() => void run(dropLead)}
          >
            {t("teams.drop_lead")}
          </Button>
        )}
        {mayName && !member.is_lead && (
          <Button
            look="quiet"
            aria-label={t("teams.make_lead_one", { name })}
            onClick={() => void run(() => call(api.PUT("/teams/{team_id}/leads/{user_id}", { params })))}
          >
            {t("teams.make_lead")}
          </Button>
        )}
        {mayRemove && (
          <Button
            look="quiet"
            aria-label={t("members.remove_one", { name })}
            onClick={() => void run(() => call(api.DELETE("/teams/{team_id}/members/{user_id}", { params })))}
          >
            {t("members.remove")}
          </Button>
        )}
      </div>
    </li>
  );
}

function Remove({ team, onClose }: { team: Team; onClose: () => void }) {
  async function remove() {
    await call(api.DELETE("/teams/{team_id}", { params: { path: { team_id: team.id } } }));
    await reloadOrganizations();
  }
  return (
    <ConfirmDialog
      title={t("teams.remove_one", { name: team.name })}
      action={t("teams.remove")}
      onConfirm={remove}
      onClose={onClose}
    >
      <p>{t("teams.remove_lead")}</p>
    </ConfirmDialog>
  );
}
