import { t } from "../../i18n/sign-in/index.ts";
import { EntryPage } from "../../ui/page.tsx";

/** Renders the page after the user has deleted their account. */
export default function Goodbye() {
  return (
    <EntryPage title={t("goodbye.title")} lead={t("goodbye.lead")}>
      <p>{t("goodbye.restore")}</p>
      <p>
        <a href="/app/sign-up">{t("action.sign_up")}</a>
      </p>
    </EntryPage>
  );
}
