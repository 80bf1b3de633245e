import { api, call } from "../../api/client.ts";
import type { Schemas } from "../../api/types.ts";
import { reloadAccount } from "../../data/account.ts";
import { t } from "../../i18n/tokens/index.ts";
import { Dialog, DialogButtons } from "../../ui/dialog.tsx";
import { Choice, SelectField, TextField } from "../../ui/field.tsx";
import { Form, type Values } from "../../ui/form.tsx";

/** Kinds of tokens, with the fields that they have in the API. */
const KINDS = {
  editor: { scopes: ["ingest"], format: "wakatime" },
  watcher: { scopes: ["ingest"], format: "personal" },
  read: { scopes: ["read"], format: "personal" },
  full: { scopes: ["full"], format: "personal" },
} as const;

type Kind = keyof typeof KINDS;

const isKind = (text: string): text is Kind => Object.hasOwn(KINDS, text);

const LIFETIMES = [30, 90, 180, 366];

/** Creates a token of a kind. */
export async function createToken(
  name: string,
  kind: Kind,
  days: number,
): Promise<Schemas["CreatedPersonalToken"]> {
  const { scopes, format } = KINDS[kind];
  const body = { name, scopes: [...scopes], format, expires_in_days: days };
  const token = await call(api.POST("/auth/tokens", { body }));
  await reloadAccount("tokens");
  return token;
}

/** Renders the dialog that creates a token. */
export function CreateToken({
  onClose,
  onCreated,
}: {
  onClose: () => void;
  onCreated: (token: Schemas["CreatedPersonalToken"]) => void;
}) {
  async function create({ name = "", kind = "", days = "90" }: Values) {
    onCreated(await createToken(name, isKind(kind) ? kind : "read", Number(days)));
  }
  return (
    <Dialog title={t("tokens.create")} onClose={onClose}>
      <Form onSubmit={create}>
        <TextField
          name="name"
          label={t("field.name")}
          hint={t("tokens.name_hint")}
          maxLength={100}
          required
          isFirst
        />
        <Choice
          name="kind"
          label={t("tokens.kind")}
          value="editor"
          options={(["editor", "watcher", "read", "full"] as const).map((value) => ({
            value,
            text: t(`tokens.${value}`),
            hint: t(`tokens.${value}_hint`),
          }))}
        />
        <SelectField
          name="days"
          label={t("tokens.lifetime")}
          value="90"
          options={LIFETIMES.map((days) => [String(days), t("tokens.days", { count: days })])}
        />
        <DialogButtons onClose={onClose}>{t("tokens.create")}</DialogButtons>
      </Form>
    </Dialog>
  );
}
