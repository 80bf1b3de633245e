import { useState } from "preact/hooks";
import { api, call } from "../../api/client.ts";
import { ApiError } from "../../api/errors.ts";
import { askForPasskey, hasPasskeys } from "../../data/ceremonies.ts";
import { useSession } from "../../data/session.ts";
import { t } from "../../i18n/proof/index.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog, DialogButtons } from "../../ui/dialog.tsx";
import { ErrorNotice } from "../../ui/error-notice.tsx";
import { toApiError } from "../../ui/errors.ts";
import { CodeField, PasswordField, UsernameField } from "../../ui/field.tsx";
import { Form, type Values } from "../../ui/form.tsx";

/** Renders the dialog in which the user reauthenticates, and gives whether they did. */
export function ProofDialog({ answer }: { answer: (isProved: boolean) => void }) {
  const username = useSession().data?.user?.username ?? "";
  const [factor, setFactor] = useState<"none" | "code" | "recovery_code">("none");
  const [error, setError] = useState<ApiError>();

  async function prove({ password, ...codes }: Values) {
    try {
      await call(api.POST("/auth/reauthenticate", { body: { password, ...codes } }));
      answer(true);
    } catch (thrown) {
      if (!(thrown instanceof ApiError) || thrown.code !== "INVALID_CODE" || factor !== "none") throw thrown;
      // The account has a second factor.
      setFactor("code");
    }
  }

  async function provePasskey() {
    setError(undefined);
    try {
      const passkey = await askForPasskey(await call(api.POST("/auth/reauthenticate/options")));
      if (!passkey) return;
      await call(api.POST("/auth/reauthenticate", { body: { passkey } }));
      answer(true);
    } catch (thrown) {
      setError(toApiError(thrown));
    }
  }

  return (
    <Dialog title={t("proof.title")} onClose={() => answer(false)}>
      <p class="muted">{t("proof.lead")}</p>
      {error && <ErrorNotice error={error} />}
      <Form onSubmit={prove}>
        <UsernameField username={username} />
        <PasswordField name="password" label={t("field.password")} autocomplete="current-password" isFirst />
        {factor === "code" && (
          <CodeField
            name="code"
            label={t("field.code")}
            hint={t("second.code_hint")}
            autocomplete="one-time-code"
            inputMode="numeric"
          />
        )}
        {factor === "recovery_code" && (
          <CodeField name="recovery_code" label={t("field.recovery_code")} autocomplete="off" />
        )}
        {factor !== "none" && (
          <div>
            <Button look="link" onClick={() => setFactor(factor === "code" ? "recovery_code" : "code")}>
              {factor === "code" ? t("second.use_recovery") : t("second.use_code")}
            </Button>
          </div>
        )}
        {hasPasskeys() && (
          <div>
            <Button look="link" onClick={() => void provePasskey()}>
              {t("proof.use_passkey")}
            </Button>
          </div>
        )}
        <DialogButtons onClose={() => answer(false)}>{t("action.continue")}</DialogButtons>
      </Form>
    </Dialog>
  );
}
