import { useEffect } from "preact/hooks";
import { useLocation } from "preact-iso";
import { api, call } from "../../api/client.ts";
import { enterSession, useSession } from "../../data/session.ts";
import { t } from "../../i18n/sign-in/index.ts";
import { PasswordField, TextField } from "../../ui/field.tsx";
import { Form, Submit, type Values } from "../../ui/form.tsx";
import { EntryPage } from "../../ui/page.tsx";
import { toast } from "../../ui/toast.tsx";

/** Renders the page to create an account, which also signs in. */
export default function SignUp() {
  const { route } = useLocation();
  const { data } = useSession();
  const isSignedIn = Boolean(data?.user);
  useEffect(() => {
    if (isSignedIn) route("/app/", true);
  }, [isSignedIn]);

  async function signUp({ username = "", email = "", password = "" }: Values) {
    await call(api.POST("/auth/register", { body: { username, email, password } }));
    await call(api.POST("/auth/login", { body: { username, password, token_delivery: "cookie" } }));
    await enterSession();
    toast(t("sign_up.done"));
  }

  return (
    <EntryPage
      title={t("sign_up.title")}
      lead={t("sign_up.lead")}
      foot={
        <>
          {t("sign_up.have_account")} <a href="/app/sign-in">{t("action.sign_in")}</a>
        </>
      }
    >
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
        <PasswordField
          name="password"
          label={t("field.password")}
          hint={t("field.password_rules")}
          autocomplete="new-password"
        />
        <Submit isWide>{t("sign_up.action")}</Submit>
      </Form>
    </EntryPage>
  );
}
