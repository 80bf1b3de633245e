import { useEffect, useState } from "preact/hooks";
import { api, call } from "../../api/client.ts";
import type { ApiError } from "../../api/errors.ts";
import type { Schemas } from "../../api/types.ts";
import { askForPasskey, hasPasskeys } from "../../data/ceremonies.ts";
import type { KeyOf } from "../../i18n/index.ts";
import { t } from "../../i18n/sign-in/index.ts";
import { Button } from "../../ui/button.tsx";
import { ErrorNotice } from "../../ui/error-notice.tsx";
import { toApiError } from "../../ui/errors.ts";
import { CodeField } from "../../ui/field.tsx";
import { Form, Submit } from "../../ui/form.tsx";
import { EntryPage } from "../../ui/page.tsx";

type Challenge = Schemas["SecondFactorRequired"];
type Method = Challenge["methods"][number];

const TEXTS: Record<Method, { lead: KeyOf<typeof t>; change: KeyOf<typeof t> }> = {
  passkey: { lead: "second.passkey_lead", change: "second.use_passkey" },
  totp: { lead: "second.code_lead", change: "second.use_code" },
  recovery_code: { lead: "second.recovery_lead", change: "second.use_recovery" },
};

/** Returns the methods of the account that this browser can use, the quickest first. */
const usableMethods = ({ methods }: Challenge): Method[] =>
  (["passkey", "totp", "recovery_code"] as const).filter(
    (method) => methods.includes(method) && (method !== "passkey" || hasPasskeys()),
  );

/** Renders the second step of a sign-in. */
export function SecondFactor({
  challenge,
  onSignedIn,
  onBack,
}: {
  challenge: Challenge;
  onSignedIn: () => Promise<void>;
  onBack: () => void;
}) {
  const methods = usableMethods(challenge);
  const [method, setMethod] = useState<Method>(methods[0] ?? "recovery_code");
  const [error, setError] = useState<ApiError>();

  async function prove(proof: Omit<Schemas["SecondFactor"], "challenge">) {
    await call(api.POST("/auth/login/second-factor", { body: { challenge: challenge.challenge, ...proof } }));
    await onSignedIn();
  }

  async function provePasskey() {
    setError(undefined);
    try {
      const passkey = challenge.passkey_options && (await askForPasskey(challenge.passkey_options));
      if (passkey) await prove({ passkey });
    } catch (thrown) {
      setError(toApiError(thrown));
    }
  }

  useEffect(() => {
    if (method === "passkey") void provePasskey();
  }, [method]);

  return (
    <EntryPage
      title={t("second.title")}
      lead={t(TEXTS[method].lead)}
      foot={
        <Button look="link" onClick={onBack}>
          {t("second.back")}
        </Button>
      }
    >
      {error && <ErrorNotice error={error} />}
      {method === "passkey" ? (
        <Button look="primary" isWide onClick={() => void provePasskey()}>
          {t("second.passkey_action")}
        </Button>
      ) : (
        <Form
          key={method}
          onSubmit={({ code, recovery_code }) => prove(method === "totp" ? { code } : { recovery_code })}
        >
          {method === "totp" ? (
            <CodeField
              name="code"
              label={t("field.code")}
              hint={t("second.code_hint")}
              autocomplete="one-time-code"
              inputMode="numeric"
              isFirst
            />
          ) : (
            <CodeField
              name="recovery_code"
              label={t("field.recovery_code")}
              hint={t("second.recovery_hint")}
              autocomplete="off"
              isFirst
            />
          )}
          <Submit isWide>{t("action.sign_in")}</Submit>
        </Form>
      )}
      <div class="stack tight">
        {methods
          .filter((other) => other !== method)
          .map((other) => (
            <div key={other}>
              <Button look="link" onClick={() => setMethod(other)}>
                {t(TEXTS[other].change)}
              </Button>
            </div>
          ))}
      </div>
    </EntryPage>
  );
}
