import { useState } from "preact/hooks";
import { api, call } from "../../api/client.ts";
import type { Schemas } from "../../api/types.ts";
import { useAccount } from "../../data/account.ts";
import { t } from "../../i18n/mail-links/index.ts";
import { TextField } from "../../ui/field.tsx";
import { Form, Submit } from "../../ui/form.tsx";
import { useMailedToken } from "../../ui/mailed-token.ts";
import { Notice } from "../../ui/notice.tsx";
import { EntryPage } from "../../ui/page.tsx";
import { NewPasswordField } from "./new-password.tsx";

const toSignIn = () => <a href="/app/sign-in">{t("passwords.to_sign_in")}</a>;

/** Renders the page that requests a mail to reset a password. */
export function ForgotPassword() {
  const [sentTo, setSentTo] = useState("");
  if (useAccount("settings").data?.can_send_mail === false)
    return (
      <EntryPage title={t("forgot.title")} foot={toSignIn()}>
        <Notice>{t("forgot.no_mail")}</Notice>
      </EntryPage>
    );
  if (sentTo)
    return (
      <EntryPage title={t("forgot.sent_title")} foot={toSignIn()}>
        <p>{t("forgot.sent", { email: sentTo })}</p>
        <p class="muted">{t("forgot.sent_hint")}</p>
      </EntryPage>
    );
  return (
    <EntryPage title={t("forgot.title")} lead={t("forgot.lead")} foot={toSignIn()}>
      <Form
        onSubmit={async ({ email = "" }) => {
          await call(api.POST("/auth/password/forgot", { body: { email } }));
          setSentTo(email);
        }}
      >
        <TextField name="email" label={t("field.email")} type="email" autocomplete="email" isFirst required />
        <Submit isWide>{t("forgot.action")}</Submit>
      </Form>
    </EntryPage>
  );
}

/** Renders the page of the link in the mail: a new password, or the first one of an invited account. */
export function ResetPassword() {
  const { token, forget } = useMailedToken();
  const [done, setDone] = useState<Schemas["PasswordReset"]>();
  if (done)
    return (
      <EntryPage title={t("reset.done_title")} lead={t("reset.done")}>
        <StillOpens {...done.still_opens} />
        <a class="button button-primary button-wide" href="/app/sign-in">
          {t("action.sign_in")}
        </a>
      </EntryPage>
    );
  if (!token)
    return (
      <EntryPage title={t("reset.title")} foot={toSignIn()}>
        <Notice kind="warning">{t("link.incomplete")}</Notice>
        <a class="button button-primary button-wide" href="/app/forgot-password">
          {t("reset.ask_again")}
        </a>
      </EntryPage>
    );
  return (
    <EntryPage
      title={t("reset.title")}
      lead={t("reset.lead")}
      foot={<a href="/app/forgot-password">{t("reset.ask_again")}</a>}
    >
      <Form
        onSubmit={async ({ new_password = "" }) => {
          setDone(await call(api.POST("/auth/password/reset", { body: { token, new_password } })));
          forget();
        }}
      >
        <NewPasswordField name="new_password" label={t("field.new_password")} isFirst />
        <Submit isWide>{t("reset.action")}</Submit>
      </Form>
    </EntryPage>
  );
}

function StillOpens({
  passkeys,
  authenticator,
  recovery_codes: codes,
}: Schemas["PasswordReset"]["still_opens"]) {
  const factors = [
    passkeys.length > 0 && t("review.passkeys", { count: passkeys.length }),
    authenticator && t("review.authenticator"),
    codes > 0 && t("review.recovery_codes", { count: codes }),
  ].filter(Boolean);
  if (factors.length === 0) return null;
  return (
    <Notice kind="warning">
      <p>{t("reset.still_opens")}</p>
      <p>{factors.join(", ")}</p>
    </Notice>
  );
}
