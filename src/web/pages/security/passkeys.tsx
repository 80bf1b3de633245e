import { useState } from "preact/hooks";
import { api, call } from "../../api/client.ts";
import { ApiError } from "../../api/errors.ts";
import type { Schemas } from "../../api/types.ts";
import { reloadAccount, useAccount } from "../../data/account.ts";
import { makePasskey, whyNoPasskeys } from "../../data/ceremonies.ts";
import { useSession } from "../../data/session.ts";
import { t } from "../../i18n/security/index.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog, Dialog, DialogButtons } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { Form, type Values } from "../../ui/form.tsx";
import { formatDay, formatRelative } from "../../ui/format.ts";
import { Icon } from "../../ui/icon.tsx";
import { Loaded } from "../../ui/loaded.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Card } from "../../ui/page.tsx";
import { toast } from "../../ui/toast.tsx";
import { CodesDialog } from "./codes.tsx";

type Passkey = Schemas["Passkey"];

type Open =
  | { kind: "add" }
  | { kind: "codes"; codes: string[] }
  | { kind: "rename" | "remove"; passkey: Passkey };

/** Renders the section of the passkeys. */
export function Passkeys() {
  const query = useAccount("passkeys");
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  const settings = useAccount("settings").data;
  const problem = whyNoPasskeys(settings?.can_use_passkeys);
  return (
    <Card
      title={t("passkeys.title")}
      lead={t("passkeys.lead")}
      action={
        settings && !problem && <Button onClick={() => setOpen({ kind: "add" })}>{t("passkeys.add")}</Button>
      }
    >
      <Loaded query={query} rows={1}>
        {(passkeys) => <List passkeys={passkeys} onOpen={setOpen} />}
      </Loaded>
      {problem && (
        <div class="card-body">
          <Notice kind="warning">{t(`passkeys.no_${problem}`)}</Notice>
        </div>
      )}
      {open?.kind === "add" && <Add onClose={close} onCodes={(codes) => setOpen({ kind: "codes", codes })} />}
      {open?.kind === "codes" && <CodesDialog codes={open.codes} onClose={close} />}
      {open?.kind === "rename" && <Rename passkey={open.passkey} onClose={close} />}
      {open?.kind === "remove" && <Remove passkey={open.passkey} onClose={close} />}
    </Card>
  );
}

function List({ passkeys, onOpen }: { passkeys: Passkey[]; onOpen: (open: Open) => void }) {
  const zone = useSession().data?.settings?.timezone ?? "UTC";
  if (passkeys.length === 0)
    return (
      <div class="empty">
        <Icon name="key" />
        <p>{t("passkeys.empty")}</p>
      </div>
    );
  return (
    <ul class="list">
      {passkeys.map((passkey) => (
        <li key={passkey.id}>
          <div>
            <div class="item-title">
              {passkey.name}
              {passkey.is_backed_up && <span class="badge">{t("passkeys.synced")}</span>}
            </div>
            <div class="facts">
              <span>{t("passkeys.created", { day: formatDay(passkey.created_at, zone) })}</span>
              <span>
                {passkey.last_used_at
                  ? t("used.when", { when: formatRelative(passkey.last_used_at) })
                  : t("used.never")}
              </span>
            </div>
          </div>
          <div class="row">
            <Button
              look="quiet"
              aria-label={t("passkeys.rename_one", { name: passkey.name })}
              onClick={() => onOpen({ kind: "rename", passkey })}
            >
              {t("action.rename")}
            </Button>
            <Button
              look="danger-quiet"
              aria-label={t("passkeys.remove_one", { name: passkey.name })}
              onClick={() => onOpen({ kind: "remove", passkey })}
            >
              {t("action.remove")}
            </Button>
          </div>
        </li>
      ))}
    </ul>
  );
}

function Add({ onClose, onCodes }: { onClose: () => void; onCodes: (codes: string[]) => void }) {
  async function add({ name = "" }: Values) {
    const options = await call(api.POST("/auth/passkeys/options"));
    const credential = await makePasskey(options).catch((error: unknown) => {
      if (error instanceof DOMException && error.name === "InvalidStateError")
        throw new ApiError("BUSINESS_LOGIC_ERROR", { message: t("passkeys.exists") });
      throw error;
    });
    if (!credential) throw new ApiError("BUSINESS_LOGIC_ERROR", { message: t("passkeys.dismissed") });
    const { recovery_codes: codes } = await call(api.POST("/auth/passkeys", { body: { name, credential } }));
    await reloadAccount("passkeys", "factors");
    if (codes.length > 0) return onCodes(codes);
    toast(t("passkeys.added"));
    onClose();
  }
  return (
    <Dialog title={t("passkeys.add")} onClose={onClose}>
      <Form onSubmit={add}>
        <TextField
          name="name"
          label={t("field.name")}
          hint={t("passkeys.name_hint")}
          defaultValue={t("passkeys.default_name")}
          maxLength={100}
          required
          isFirst
        />
        <DialogButtons onClose={onClose}>{t("action.continue")}</DialogButtons>
      </Form>
    </Dialog>
  );
}

function Rename({ passkey, onClose }: { passkey: Passkey; onClose: () => void }) {
  async function rename({ name = "" }: Values) {
    const params = { path: { passkey_id: passkey.id } };
    await call(api.PATCH("/auth/passkeys/{passkey_id}", { params, body: { name } }));
    await reloadAccount("passkeys");
    onClose();
  }
  return (
    <Dialog title={t("passkeys.rename")} onClose={onClose}>
      <Form onSubmit={rename}>
        <TextField
          name="name"
          label={t("field.name")}
          defaultValue={passkey.name}
          maxLength={100}
          required
          isFirst
        />
        <DialogButtons onClose={onClose}>{t("action.save")}</DialogButtons>
      </Form>
    </Dialog>
  );
}

function Remove({ passkey, onClose }: { passkey: Passkey; onClose: () => void }) {
  async function remove() {
    const params = { path: { passkey_id: passkey.id } };
    await call(api.DELETE("/auth/passkeys/{passkey_id}", { params }));
    await reloadAccount("passkeys", "factors");
    toast(t("passkeys.removed"));
  }
  return (
    <ConfirmDialog
      title={t("passkeys.remove_title", { name: passkey.name })}
      action={t("action.remove")}
      onConfirm={remove}
      onClose={onClose}
    >
      <p>{t("passkeys.remove_lead")}</p>
    </ConfirmDialog>
  );
}
