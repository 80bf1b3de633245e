import { useState } from "preact/hooks";
import { api, call } from "../../api/client.ts";
import { reloadAccount, useAccount } from "../../data/account.ts";
import { reloadSession, type User, useUser } from "../../data/session.ts";
import { t } from "../../i18n/profile/index.ts";
import { Button } from "../../ui/button.tsx";
import { toApiError } from "../../ui/errors.ts";
import { TextField } from "../../ui/field.tsx";
import { Form, Submit, type Values } from "../../ui/form.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Card, PageHead } from "../../ui/page.tsx";
import { toast } from "../../ui/toast.tsx";

/** Renders the page of the user's names and email. */
export default function Profile() {
  const user = useUser();
  return (
    <>
      <PageHead title={t("menu.profile")} lead={t("profile.lead")} />
      <Names user={user} />
      <Email user={user} />
    </>
  );
}

function Names({ user }: { user: User }) {
  async function save({ username = "", first_name = "", last_name = "" }: Values) {
    const names = { first_name: first_name.trim() || null, last_name: last_name.trim() || null };
    await call(api.PUT("/auth/me", { body: { username, ...names } }));
    await reloadSession();
    toast(t("saved"));
  }
  return (
    <Card title={t("profile.names")} lead={t("profile.names_lead")}>
      <div class="card-body">
        <Form onSubmit={save} label={t("profile.names")}>
          <div class="pair">
            <TextField
              name="first_name"
              label={t("field.first_name")}
              autocomplete="given-name"
              maxLength={100}
              defaultValue={user.first_name ?? ""}
            />
            <TextField
              name="last_name"
              label={t("field.last_name")}
              autocomplete="family-name"
              maxLength={100}
              defaultValue={user.last_name ?? ""}
            />
          </div>
          <TextField
            name="username"
            label={t("field.username")}
            hint={t("profile.username_hint")}
            autocomplete="username"
            autocapitalize="off"
            spellcheck={false}
            minLength={3}
            maxLength={100}
            required
            defaultValue={user.username}
          />
          <div class="row row-end">
            <Submit>{t("action.save")}</Submit>
          </div>
        </Form>
      </div>
    </Card>
  );
}

function Email({ user }: { user: User }) {
  const { data } = useAccount("email");
  const settings = useAccount("settings").data;
  async function save({ email = "" }: Values) {
    const changed = await call(api.PUT("/auth/me", { body: { email } }));
    await Promise.all([reloadSession(), reloadAccount("email")]);
    toast(changed.pending_email ? t("profile.email_sent", { email: changed.pending_email }) : t("saved"));
  }
  const isVerified = data ? data.verified_at !== null : undefined;
  return (
    <Card
      title={t("field.email")}
      lead={t("profile.email_lead")}
      action={
        isVerified !== undefined && (
          <span class="badge" data-kind={isVerified ? "success" : "warning"}>
            {isVerified ? t("profile.verified") : t("profile.unverified")}
          </span>
        )
      }
    >
      <div class="card-body stack">
        {user.pending_email && (
          <Notice>
            <p>{t("profile.pending", { email: user.pending_email })}</p>
          </Notice>
        )}
        {isVerified === false && !user.pending_email && settings?.can_send_mail && <ResendVerification />}
        <Form onSubmit={save} label={t("field.email")}>
          <TextField
            name="email"
            label={t("field.email")}
            type="email"
            autocomplete="email"
            required
            defaultValue={user.email}
            hint={settings?.can_send_mail ? t("profile.email_hint") : undefined}
          />
          <div class="row row-end">
            <Submit>{t("profile.change_email")}</Submit>
          </div>
        </Form>
      </div>
    </Card>
  );
}

function ResendVerification() {
  const [isBusy, setBusy] = useState(false);
  async function send() {
    setBusy(true);
    try {
      await call(api.POST("/auth/email/verification"));
      toast(t("profile.verification_sent"));
    } catch (thrown) {
      toast(t(`error.${toApiError(thrown).code}`));
    } finally {
      setBusy(false);
    }
  }
  return (
    <Notice kind="warning">
      <p>{t("profile.unverified_lead")}</p>
      <div>
        <Button look="link" isBusy={isBusy} onClick={() => void send()}>
          {t("profile.send_again")}
        </Button>
      </div>
    </Notice>
  );
}
