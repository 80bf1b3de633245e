import { useEffect } from "preact/hooks";
import { useLocation } from "preact-iso";
import { api, call } from "../../api/client.ts";
import { useAccount } from "../../data/account.ts";
import { enterSession, useSession } from "../../data/session.ts";
import { t } from "../../i18n/sign-in/index.ts";
import { pathAfterSignIn, signInPath } from "../../paths.ts";
import { TextField } from "../../ui/field.tsx";
import { Form, Submit, type Values } from "../../ui/form.tsx";
import { Notice } from "../../ui/notice.tsx";
import { EntryPage } from "../../ui/page.tsx";
import { toast } from "../../ui/toast.tsx";
import { NewPasswordField } from "../passwords/new-password.tsx";

/** Renders the page to create an account, which also signs in. */
export default function SignUp() {
  const { query, route } = useLocation();
  const { data } = useSession();
  const settings = useAccount("settings").data;
  const isSignedIn = Boolean(data?.user);
  useEffect(() => {
    if (isSignedIn) route(query.next ? pathAfterSignIn(query.next) : "/app/start", true);
  }, [isSignedIn]);

  async function signUp({ username = "", email = "", password = "" }: Values) {
    await call(api.POST("/auth/register", { body: { username, email, password } }));
    await call(api.POST("/auth/login", { body: { username, password, token_delivery: "cookie" } }));
    await enterSession();
    toast(t(settings?.can_send_mail === false ? "sign_up.done_without_mail" : "sign_up.done"));
  }

  const foot = (
    <>
      {t("sign_up.have_account")} <a href={signInPath(query.next ?? "/app/")}>{t("action.sign_in")}</a>
    </>
  );
  if (settings?.can_sign_up === false)
    return (
      <EntryPage title={t("sign_up.title")} foot={foot}>
        <Notice>{t("sign_up.closed")}</Notice>
      </EntryPage>
    );
  return (
    <EntryPage title={t("sign_up.title")} lead={t("sign_up.lead")} foot={foot}>
      <Form onSubmit={signUp}>
        <TextField
          name="username"
          label={t("field.username")}
          autocomplete="username"
          autocapitalize="off"
          spellcheck={false}
          minLength={3}
          maxLength={100}
          isFirst
          required
        />
        <TextField name="email" label={t("field.email")} type="email" autocomplete="email" required />
        <NewPasswordField name="password" label={t("field.password")} />
        <Submit isWide>{t("sign_up.action")}</Submit>
      </Form>
    </EntryPage>
  );
}
