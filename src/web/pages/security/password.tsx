import { useState } from "preact/hooks";
import { api, call } from "../../api/client.ts";
import { reloadAccount } from "../../data/account.ts";
import { useUser } from "../../data/session.ts";
import { t } from "../../i18n/security/index.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog, DialogButtons } from "../../ui/dialog.tsx";
import { Checkbox, PasswordField, UsernameField } from "../../ui/field.tsx";
import { Form, type Values } from "../../ui/form.tsx";
import { Card } from "../../ui/page.tsx";
import { toast } from "../../ui/toast.tsx";
import { NewPasswordField } from "../passwords/new-password.tsx";

/** Renders the section of the password. */
export function Password() {
  const [isOpen, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <Card
      title={t("password.title")}
      lead={t("password.lead")}
      action={<Button onClick={() => setOpen(true)}>{t("password.change")}</Button>}
    >
      {isOpen && <ChangePassword onClose={close} />}
    </Card>
  );
}

function ChangePassword({ onClose }: { onClose: () => void }) {
  const { username } = useUser();
  async function change({ current_password = "", new_password = "", end_tokens }: Values) {
    const body = { current_password, new_password, end_tokens: end_tokens !== undefined };
    await call(api.PUT("/auth/me/password", { body }));
    await reloadAccount("sessions", "tokens");
    toast(t("password.changed"));
    onClose();
  }
  return (
    <Dialog title={t("password.change")} onClose={onClose}>
      <Form onSubmit={change}>
        <UsernameField username={username} />
        <PasswordField
          name="current_password"
          label={t("field.current_password")}
          autocomplete="current-password"
        />
        <NewPasswordField name="new_password" label={t("field.new_password")} />
        <Checkbox name="end_tokens" label={t("password.end_tokens")} hint={t("password.end_tokens_hint")} />
        <DialogButtons onClose={onClose}>{t("password.change")}</DialogButtons>
      </Form>
    </Dialog>
  );
}
