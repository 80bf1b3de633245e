import { useState } from "preact/hooks";
import { reloadOrganizations, SHOWN, useMembers } from "../../data/organizations.ts";
import { t } from "../../i18n/organizations/index.ts";
import { nameOf } from "../../scope/person.ts";
import { SelectField } from "../../ui/field.tsx";
import { Form, Submit } from "../../ui/form.tsx";
import { MemberSearch } from "./member-search.tsx";

/**
 * Renders the choice of a member of an organization who has no place in a team, a department or a project yet. If there are more members
 * than one page has, they can be searched.
 */
export function AddPerson({
  organizationId,
  label,
  present,
  onAdd,
  className = "stack",
}: {
  organizationId: string;
  label: string;
  /** The people who have a place. */
  present: readonly { id: string }[];
  onAdd: (userId: string) => Promise<unknown>;
  className?: string;
}) {
  const [q, setQ] = useState("");
  const isSearched = useMembers(organizationId).data?.length === SHOWN;
  const members = useMembers(organizationId, q.trim()).data;
  const others = members?.filter(({ user_id }) => !present.some(({ id }) => id === user_id)) ?? [];
  if (others.length === 0 && !isSearched) return null;
  async function add({ user_id = "" }: Record<string, string>) {
    await onAdd(user_id);
    await reloadOrganizations();
  }
  return (
    <div class={className}>
      {isSearched && <MemberSearch q={q} onSearch={setQ} />}
      {members && others.length === 0 && q !== "" && <p class="muted">{t("members.none")}</p>}
      {others.length > 0 && (
        <Form onSubmit={add} label={label}>
          <SelectField
            key={q}
            name="user_id"
            label={label}
            options={others.map((member) => [member.user_id, nameOf(member)] as const)}
            value={others[0]?.user_id ?? ""}
          />
          <div class="row row-end">
            <Submit look="secondary">{t("teams.add_action")}</Submit>
          </div>
        </Form>
      )}
    </div>
  );
}
