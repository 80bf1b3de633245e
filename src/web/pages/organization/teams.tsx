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
import { ConfirmDialog } from "../../ui/dialog.tsx";
import { SelectField } from "../../ui/field.tsx";
import type { Values } from "../../ui/form.tsx";
import { Loaded } from "../../ui/loaded.tsx";
import { AddPerson } from "./add-person.tsx";
import { changePlace, GroupCard, GroupForm, GroupRow, PeopleDialog, RowAction } from "./group.tsx";
import { mayPlace } from "./roles.ts";

type Asked = { team?: Team; about: "edit" | "members" | "remove" };

/** Renders the teams of an organization. */
export function Teams({ organization }: { organization: Organization }) {
  const { id, grants } = organization;
  const query = useTeams(id);
  const departments = useDepartments(id).data ?? [];
  const [asked, setAsked] = useState<Asked>();
  const close = () => setAsked(undefined);
  return (
    <GroupCard
      query={query}
      texts={{
        title: t("teams.title"),
        lead: t("teams.lead"),
        empty: t("teams.empty"),
        create: t("teams.create"),
      }}
      onCreate={grants.includes("teams:create") && (() => setAsked({ about: "edit" }))}
      row={(team) => (
        <Row
          key={team.id}
          team={team}
          department={departments.find(({ id }) => id === team.department_id)}
          grants={grants}
          onAsk={setAsked}
        />
      )}
    >
      {asked?.about === "edit" && <Edit organization={organization} team={asked.team} onClose={close} />}
      {asked?.about === "members" && asked.team && (
        <People organization={organization} team={asked.team} onClose={close} />
      )}
      {asked?.about === "remove" && asked.team && <Remove team={asked.team} onClose={close} />}
    </GroupCard>
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
    <GroupRow
      group={team}
      facts={
        <>
          {department && <span>{department.name}</span>}
          <span>{t("organizations.members", { count })}</span>
          {leads.length > 0 && <span>{t("teams.leads", { names: leads.map(nameOf).join(", ") })}</span>}
        </>
      }
      people={{ label: t("teams.members"), title: t("teams.members_of", { name }), about: "members" }}
      mayUpdate={isPlaced || grants.includes("teams:update")}
      mayDelete={grants.includes("teams:delete")}
      onAsk={(about) => onAsk({ team, about })}
    />
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
  function save(name: string, { department_id = "" }: Values) {
    const body = { name, ...(mayMove && { department_id: department_id || null }) };
    return team
      ? call(api.PUT("/teams/{team_id}", { params: { path: { team_id: team.id } }, body }))
      : call(api.POST("/teams", { body: { ...body, organization_id: id } }));
  }
  return (
    <GroupForm
      group={team}
      createTitle={t("teams.create")}
      taken={t("teams.taken")}
      onSave={save}
      onClose={onClose}
    >
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
    </GroupForm>
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
    <PeopleDialog title={t("teams.members_of", { name: team.name })} onClose={onClose}>
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
    </PeopleDialog>
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
  return (
    <li>
      <div class="item-title">
        {name}
        {member.is_lead && <span class="badge">{t("teams.is_lead")}</span>}
      </div>
      <div class="row">
        {member.is_lead && (others.length === 0 ? mayUpdate : mayName) && (
          <RowAction
            label={t("teams.drop_lead")}
            about={t("teams.drop_lead_one", { name })}
            onClick={() => void changePlace(dropLead)}
          />
        )}
        {mayName && !member.is_lead && (
          <RowAction
            label={t("teams.make_lead")}
            about={t("teams.make_lead_one", { name })}
            onClick={() =>
              void changePlace(() => call(api.PUT("/teams/{team_id}/leads/{user_id}", { params })))
            }
          />
        )}
        {mayRemove && (
          <RowAction
            label={t("members.remove")}
            about={t("members.remove_one", { name })}
            onClick={() =>
              void changePlace(() => call(api.DELETE("/teams/{team_id}/members/{user_id}", { params })))
            }
          />
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
