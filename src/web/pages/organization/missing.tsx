import { t } from "../../i18n/organizations/index.ts";
import { PageHead } from "../../ui/page.tsx";

/** Renders the page of an organization that is deleted, or that the user does not belong to. */
export const Missing = () => (
  <div class="stack">
    <PageHead title={t("organizations.missing")} lead={t("organizations.missing_lead")} />
    <p>
      <a href="/app/organizations">{t("organizations.all")}</a>
    </p>
  </div>
);
