import { useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { api, call } from "../../api/client.ts";
import {
  type Member,
  type Organization,
  reloadOrganizations,
  reloadWithout,
  SHOWN,
  useMembers,
  useRoles,
} from "../../data/organizations.ts";
import { useSession, useUser } from "../../data/session.ts";
import { t } from "../../i18n/organizations/index.ts";
import { nameOf } from "../../scope/person.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog, Dialog, DialogButtons } from "../../ui/dialog.tsx";
import { SelectField, TextField } from "../../ui/field.tsx";
import { Form } from "../../ui/form.tsx";
import { formatDay } from "../../ui/format.ts";
import { Loaded } from "../../ui/loaded.tsx";
import { Card } from "../../ui/page.tsx";
import { toast } from "../../ui/toast.tsx";
import { MemberSearch } from "./member-search.tsx";
import { assignableRoles, nameOfRole } from "./roles.ts";
import { withTaken } from "./taken.ts";

/** Number of members from which they can be searched. */
const MANY = 20;

type Asked = { member: Member; about: "role" | "remove" };

/** Renders the members of an organization, with the changes that the user may make. */
export function Members({ organization }: { organization: Organization }) {
  const { id, grants, member_count: count } = organization;
  const [q, setQ] = useState("");
  const query = useMembers(id, q.trim());
  const [isInviting, setInviting] = useState(false);
  const [asked, setAsked] = useState<Asked>();
  const close = () => setAsked(undefined);
  return (
    <Card
      title={t("members.title")}
      action={
        grants.includes("members:invite") &&
        grants.includes("roles:read") && (
          <Button look="primary" onClick={() => setInviting(true)}>
            {t("members.invite")}
          </Button>
        )
      }
    >
      {count > MANY && (
        <div class="card-body">
          <MemberSearch q={q} onSearch={setQ} />
        </div>
      )}
      {grants.includes("members:read") ? (
        <Loaded query={query}>
          {(members) => (
            <>
              <ul class="list">
                {members.map((member) => (
                  <Row key={member.user_id} organization={organization} member={member} onAsk={setAsked} />
                ))}
              </ul>
              {members.length === 0 && <p class="card-body muted">{t("members.none")}</p>}
              {members.length === SHOWN && <p class="card-body hint">{t("members.more")}</p>}
            </>
          )}
        </Loaded>
      ) : (
        <Alone organization={organization} />
      )}
      {isInviting && <Invite organization={organization} onClose={() => setInviting(false)} />}
      {asked?.about === "role" && (
        <ChangeRole organization={organization} member={asked.member} onClose={close} />
      )}
      {asked?.about === "remove" && (
        <Remove organization={organization} member={asked.member} onClose={close} />
      )}
    </Card>
  );
}

/** Renders the way out for a user who may not see the other members. */
function Alone({ organization }: { organization: Organization }) {
  const [isLeaving, setLeaving] = useState(false);
  return (
    <div class="card-foot">
      <Button look="danger-quiet" onClick={() => setLeaving(true)}>
        {t("members.leave")}
      </Button>
      {isLeaving && <Leave organization={organization} onClose={() => setLeaving(false)} />}
    </div>
  );
}

function Row({
  organization: { grants },
  member,
  onAsk,
}: {
  organization: Organization;
  member: Member;
  onAsk: (asked: Asked) => void;
}) {
  const zone = useSession().data?.settings?.timezone ?? "UTC";
  const isSelf = useUser().id === member.user_id;
  const name = nameOf(member);
  return (
    <li>
      <div>
        <div class="item-title">
          {name}
          <span class="badge">{nameOfRole(member.role)}</span>
          {isSelf && (
            <span class="badge" data-kind="accent">
              {t("members.you")}
            </span>
          )}
          {!member.is_active && <span class="badge">{t("members.inactive")}</span>}
        </div>
        <div class="facts">
          {name !== member.username && <span>{member.username}</span>}
          {member.email && <span>{member.email}</span>}
          <span>{t("members.since", { day: formatDay(member.joined_at, zone) })}</span>
        </div>
      </div>
      <div class="row">
        {!isSelf && grants.includes("members:update") && grants.includes("roles:read") && (
          <Button
            look="quiet"
            aria-label={t("members.change_role_of", { name })}
            onClick={() => onAsk({ member, about: "role" })}
          >
            {t("members.change_role")}
          </Button>
        )}
        {isSelf ? (
          <Button look="quiet" onClick={() => onAsk({ member, about: "remove" })}>
            {t("members.leave")}
          </Button>
        ) : (
          grants.includes("members:remove") && (
            <Button
              look="quiet"
              aria-label={t("members.remove_one", { name })}
              onClick={() => onAsk({ member, about: "remove" })}
            >
              {t("members.remove")}
            </Button>
          )
        )}
      </div>
    </li>
  );
}

/** Renders the choice of a role that the user may give. */
function RoleField({ organization: { id, grants }, value }: { organization: Organization; value: string }) {
  const roles = useRoles(id).data;
  return (
    <SelectField
      name="role_id"
      label={t("members.role")}
      options={assignableRoles(roles ?? [], grants).map((role) => [role.id, nameOfRole(role)] as const)}
      value={value}
    />
  );
}

/** Id of the role that an invited person gets unless another one is chosen. */
const MEMBER = "00000000-0000-4000-8000-000000000004";

function Invite({ organization, onClose }: { organization: Organization; onClose: () => void }) {
  async function invite({ email = "", role_id = "" }: Record<string, string>) {
    const params = { path: { organization_id: organization.id } };
    const body = { email: email.trim(), role_id };
    await withTaken("email", t("invite.taken"), () =>
      call(api.POST("/organizations/{organization_id}/invitations", { params, body })),
    );
    await reloadOrganizations();
    onClose();
    toast(t("invite.sent", { email: body.email }));
  }
  return (
    <Dialog title={t("members.invite")} onClose={onClose}>
      <Form onSubmit={invite}>
        <TextField
          name="email"
          label={t("field.email")}
          hint={t("invite.email_hint")}
          type="email"
          autocomplete="off"
          required
          isFirst
        />
        <RoleField organization={organization} value={MEMBER} />
        <DialogButtons onClose={onClose}>{t("invite.action")}</DialogButtons>
      </Form>
    </Dialog>
  );
}

interface AskProps {
  organization: Organization;
  member: Member;
  onClose: () => void;
}

function ChangeRole({ organization, member, onClose }: AskProps) {
  const path = { organization_id: organization.id, user_id: member.user_id };
  async function change({ role_id = "" }: Record<string, string>) {
    await call(
      api.PUT("/organizations/{organization_id}/members/{user_id}", { params: { path }, body: { role_id } }),
    );
    await reloadOrganizations();
    onClose();
    toast(t("saved"));
  }
  return (
    <Dialog title={t("members.change_role_of", { name: nameOf(member) })} onClose={onClose}>
      <Form onSubmit={change}>
        <RoleField organization={organization} value={member.role.id} />
        <DialogButtons onClose={onClose}>{t("action.save")}</DialogButtons>
      </Form>
    </Dialog>
  );
}

function Remove({ organization, member, onClose }: AskProps) {
  const name = nameOf(member);
  const isSelf = useUser().id === member.user_id;
  async function remove() {
    await removeMember(organization.id, member.user_id);
    await reloadOrganizations();
    toast(t("members.removed", { name }));
  }
  if (isSelf) return <Leave organization={organization} onClose={onClose} />;
  return (
    <ConfirmDialog
      title={t("members.remove_one", { name })}
      action={t("members.remove")}
      onConfirm={remove}
      onClose={onClose}
    >
      <p>{t("members.remove_lead")}</p>
    </ConfirmDialog>
  );
}

function Leave({ organization: { id, name }, onClose }: { organization: Organization; onClose: () => void }) {
  const { route } = useLocation();
  const { id: userId } = useUser();
  async function leave() {
    await removeMember(id, userId);
    route("/app/organizations", true);
    await reloadWithout(id);
    toast(t("members.left", { name }));
  }
  return (
    <ConfirmDialog
      title={t("members.leave_title", { name })}
      action={t("members.leave")}
      onConfirm={leave}
      onClose={onClose}
    >
      <p>{t("members.leave_lead")}</p>
    </ConfirmDialog>
  );
}

const removeMember = (id: string, user_id: string) =>
  call(
    api.DELETE("/organizations/{organization_id}/members/{user_id}", {
      params: { path: { organization_id: id, user_id } },
    }),
  );
