import { useState } from "preact/hooks";
import { api, call } from "../../api/client.ts";
import type { ApiError } from "../../api/errors.ts";
import type { Schemas } from "../../api/types.ts";
import { reloadAccount, useAccount } from "../../data/account.ts";
import { useSession } from "../../data/session.ts";
import { t } from "../../i18n/security/index.ts";
import { Button } from "../../ui/button.tsx";
import { Secret } from "../../ui/copy.tsx";
import { ConfirmDialog, Dialog, DialogButtons } from "../../ui/dialog.tsx";
import { ErrorNotice } from "../../ui/error-notice.tsx";
import { toApiError } from "../../ui/errors.ts";
import { CodeField } from "../../ui/field.tsx";
import { Form, type Values } from "../../ui/form.tsx";
import { formatDay } from "../../ui/format.ts";
import { Card } from "../../ui/page.tsx";
import { toast } from "../../ui/toast.tsx";
import { CodesDialog } from "./codes.tsx";
import { QrCode } from "./qr-code.tsx";

type Enrolment = Schemas["TotpEnrolment"];

/** Runs what a button does, and keeps its error to show. */
function useAction() {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError>();
  async function run(action: () => Promise<void>) {
    setBusy(true);
    setError(undefined);
    await action().catch((thrown) => setError(toApiError(thrown)));
    setBusy(false);
  }
  // A dismissed reauthentication is not an error to show.
  const shown = error?.code === "REAUTHENTICATION_REQUIRED" ? undefined : error;
  return { isBusy, error: shown, run };
}

const Problem = ({ error }: { error: ApiError | undefined }) =>
  error ? (
    <div class="card-body">
      <ErrorNotice error={error} />
    </div>
  ) : null;

/** Renders the section of the authenticator app. */
export function Authenticator() {
  const { data: factors } = useAccount("factors");
  const zone = useSession().data?.settings?.timezone ?? "UTC";
  const [enrolment, setEnrolment] = useState<Enrolment>();
  const [codes, setCodes] = useState<string[]>();
  const [isRemoving, setRemoving] = useState(false);
  const { isBusy, error, run } = useAction();
  const begin = () => run(async () => setEnrolment(await call(api.POST("/auth/factors/totp"))));

  async function remove() {
    await call(api.DELETE("/auth/factors/totp"));
    await reloadAccount("factors");
    toast(t("totp.removed"));
  }

  const confirmedAt = factors?.totp?.confirmed_at;
  return (
    <Card
      title={t("totp.title")}
      lead={confirmedAt ? t("totp.active", { day: formatDay(confirmedAt, zone) }) : t("totp.lead")}
      action={
        factors &&
        (confirmedAt ? (
          <Button look="danger-quiet" onClick={() => setRemoving(true)}>
            {t("action.remove")}
          </Button>
        ) : (
          <Button isBusy={isBusy} onClick={() => void begin()}>
            {t("totp.set_up")}
          </Button>
        ))
      }
    >
      <Problem error={error} />
      {enrolment && (
        <Confirm
          enrolment={enrolment}
          onClose={() => setEnrolment(undefined)}
          onConfirmed={(given) => {
            setEnrolment(undefined);
            if (given.length > 0) setCodes(given);
          }}
        />
      )}
      {codes && <CodesDialog codes={codes} onClose={() => setCodes(undefined)} />}
      {isRemoving && (
        <ConfirmDialog
          title={t("totp.remove_title")}
          action={t("action.remove")}
          onConfirm={remove}
          onClose={() => setRemoving(false)}
        >
          <p>{t("totp.remove_lead")}</p>
        </ConfirmDialog>
      )}
    </Card>
  );
}

function Confirm({
  enrolment,
  onClose,
  onConfirmed,
}: {
  enrolment: Enrolment;
  onClose: () => void;
  onConfirmed: (codes: string[]) => void;
}) {
  async function confirm({ code = "" }: Values) {
    const { recovery_codes: codes } = await call(
      api.POST("/auth/factors/totp/confirm", { body: { code: code.replaceAll(" ", "") } }),
    );
    await reloadAccount("factors");
    toast(t("totp.done"));
    onConfirmed(codes);
  }
  return (
    <Dialog title={t("totp.title")} onClose={onClose}>
      <p class="muted">{t("totp.scan")}</p>
      <QrCode text={enrolment.otpauth_uri} label={t("totp.qr")} />
      <div class="stack tight">
        <p class="small muted">{t("totp.by_hand")}</p>
        <Secret text={enrolment.secret} label={t("totp.secret")} />
      </div>
      <Form onSubmit={confirm}>
        <CodeField
          name="code"
          label={t("field.code")}
          hint={t("second.code_hint")}
          autocomplete="one-time-code"
          inputMode="numeric"
          isFirst
        />
        <DialogButtons onClose={onClose}>{t("action.confirm")}</DialogButtons>
      </Form>
    </Dialog>
  );
}

/** Renders the section of the recovery codes. */
export function RecoveryCodes() {
  const { data: factors } = useAccount("factors");
  const [codes, setCodes] = useState<string[]>();
  const { isBusy, error, run } = useAction();
  if (!factors || (!factors.totp && factors.passkeys === 0)) return null;
  const left = factors.recovery_codes_left;
  const renew = () =>
    run(async () => {
      setCodes((await call(api.POST("/auth/factors/recovery-codes"))).recovery_codes);
      await reloadAccount("factors");
    });
  return (
    <Card
      title={t("codes.section")}
      lead={`${t("codes.section_lead")} ${t("codes.left", { count: left })}`}
      action={
        <Button isBusy={isBusy} onClick={() => void renew()}>
          {t("codes.renew")}
        </Button>
      }
    >
      <Problem error={error} />
      {codes && <CodesDialog codes={codes} onClose={() => setCodes(undefined)} />}
    </Card>
  );
}
