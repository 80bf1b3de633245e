import { useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { ApiError } from "../../api/errors.ts";
import { type Organization, useOrganization } from "../../data/organizations.ts";
import { chooseScope, useScope } from "../../data/scope.ts";
import { t } from "../../i18n/organizations/index.ts";
import { normalizePath } from "../../paths.ts";
import { Button } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Loaded } from "../../ui/loaded.tsx";
import { PageHead } from "../../ui/page.tsx";
import { Departments } from "./departments.tsx";
import { Invitations } from "./invitations.tsx";
import { Members } from "./members.tsx";
import { Missing } from "./missing.tsx";
import { Roles } from "./role-list.tsx";
import { nameOfRole } from "./roles.ts";
import { Teams } from "./teams.tsx";
import "../../styles/pages/things.css";

/** Renders the page of one organization: its members, invitations, teams and roles, as far as the user's role shows them. */
export default function OrganizationPage() {
  const { path } = useLocation();
  // Until the next page has loaded, this one stays.
  const [id] = useState(() => normalizePath(path).split("/").at(-1) ?? "");
  const query = useOrganization(id);
  if (query.error instanceof ApiError && query.error.code === "RESOURCE_NOT_FOUND") return <Missing />;
  return <Loaded query={query}>{(organization) => <Shown organization={organization} />}</Loaded>;
}

function Shown({ organization }: { organization: Organization }) {
  const { id, name, role, grants, member_count: count } = organization;
  const scope = useScope();
  const hasSettings = grants.includes("organization:update") || grants.includes("organization:delete");
  const facts = [role && nameOfRole(role), t("organizations.members", { count })].filter(Boolean);
  return (
    <>
      <p class="small">
        <a href="/app/organizations">{t("organizations.all")}</a>
      </p>
      <div class="page-top">
        <PageHead title={name} lead={facts.join(" · ")} />
        <div class="row">
          {scope !== id && role && <Button onClick={() => chooseScope(id)}>{t("organizations.show")}</Button>}
          {hasSettings && (
            <a class="button button-secondary" href={`/app/organizations/${id}/settings`}>
              <Icon name="sliders" />
              {t("settings.title")}
            </a>
          )}
        </div>
      </div>
      <Members organization={organization} />
      {grants.includes("members:invite") && <Invitations organization={organization} />}
      {grants.includes("teams:read") && <Departments organization={organization} />}
      {grants.includes("teams:read") && <Teams organization={organization} />}
      {grants.includes("roles:read") && <Roles organization={organization} />}
    </>
  );
}
