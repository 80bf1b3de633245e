import { t } from "../../i18n/security/index.ts";
import { PageHead } from "../../ui/page.tsx";
import { Authenticator, RecoveryCodes } from "./factors.tsx";
import { Passkeys } from "./passkeys.tsx";
import { Password } from "./password.tsx";

/** Renders the page of the ways to sign in. */
export default function Security() {
  return (
    <>
      <PageHead title={t("menu.security")} lead={t("security.lead")} />
      <Password />
      <Passkeys />
      <Authenticator />
      <RecoveryCodes />
    </>
  );
}
