import { useState } from "preact/hooks";
import { api, call } from "../../api/client.ts";
import type { Schemas } from "../../api/types.ts";
import { reloadAccount, useAccount } from "../../data/account.ts";
import { useSession } from "../../data/session.ts";
import type { KeyOf } from "../../i18n/index.ts";
import { t } from "../../i18n/tokens/index.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog, Dialog } from "../../ui/dialog.tsx";
import { formatDay, formatRelative } from "../../ui/format.ts";
import { Icon } from "../../ui/icon.tsx";
import { Loaded } from "../../ui/loaded.tsx";
import { Card, PageHead } from "../../ui/page.tsx";
import { toast } from "../../ui/toast.tsx";
import { CreateToken } from "./create.tsx";
import { TokenOnce } from "./once.tsx";

type Token = Schemas["PersonalToken"];

/** Renders the page of the tokens with which programs act for the user. */
export default function Tokens() {
  const query = useAccount("tokens");
  const [isCreating, setCreating] = useState(false);
  const [created, setCreated] = useState<Schemas["CreatedPersonalToken"]>();
  const [revoking, setRevoking] = useState<Token>();
  return (
    <>
      <PageHead title={t("menu.tokens")} lead={t("tokens.lead")} />
      <Card
        title={t("tokens.list")}
        lead={t("tokens.list_lead")}
        action={
          <Button look="primary" onClick={() => setCreating(true)}>
            {t("tokens.create")}
          </Button>
        }
      >
        <Loaded query={query}>{(tokens) => <List tokens={tokens} onRevoke={setRevoking} />}</Loaded>
      </Card>
      {isCreating && (
        <CreateToken
          onClose={() => setCreating(false)}
          onCreated={(token) => {
            setCreating(false);
            setCreated(token);
          }}
        />
      )}
      {created && (
        <Dialog title={created.name} onClose={() => setCreated(undefined)}>
          <TokenOnce token={created} />
          <div class="row row-end">
            <Button look="primary" onClick={() => setCreated(undefined)}>
              {t("tokens.kept")}
            </Button>
          </div>
        </Dialog>
      )}
      {revoking && <Revoke token={revoking} onClose={() => setRevoking(undefined)} />}
    </>
  );
}

/** Returns the scopes of a token in words. */
const describeScopes = (scopes: string[]): string =>
  scopes
    .map((scope) =>
      ["full", "read", "ingest"].includes(scope) ? t(`scope.${scope}` as KeyOf<typeof t>) : scope,
    )
    .join(", ");

function List({ tokens, onRevoke }: { tokens: Token[]; onRevoke: (token: Token) => void }) {
  const zone = useSession().data?.settings?.timezone ?? "UTC";
  if (tokens.length === 0)
    return (
      <div class="empty">
        <Icon name="key" />
        <p>{t("tokens.empty")}</p>
      </div>
    );
  return (
    <ul class="list">
      {tokens.map((token) => (
        <li key={token.id}>
          <div>
            <div class="item-title">
              {token.name}
              <span class="badge">{describeScopes(token.scopes)}</span>
              {token.format === "wakatime" && <span class="badge">{t("tokens.key")}</span>}
            </div>
            <div class="facts">
              <code>{token.hint}…</code>
              <span>
                {token.last_used_at
                  ? t("used.when", { when: formatRelative(token.last_used_at) })
                  : t("used.never")}
              </span>
              <span>{t("tokens.until", { day: formatDay(token.expires_at, zone) })}</span>
            </div>
          </div>
          <Button
            look="danger-quiet"
            aria-label={t("tokens.revoke_one", { name: token.name })}
            onClick={() => onRevoke(token)}
          >
            {t("tokens.revoke")}
          </Button>
        </li>
      ))}
    </ul>
  );
}

function Revoke({ token, onClose }: { token: Token; onClose: () => void }) {
  async function revoke() {
    await call(api.DELETE("/auth/tokens/{token_id}", { params: { path: { token_id: token.id } } }));
    await reloadAccount("tokens");
    toast(t("tokens.revoked"));
  }
  return (
    <ConfirmDialog
      title={t("tokens.revoke_one", { name: token.name })}
      action={t("tokens.revoke")}
      onConfirm={revoke}
      onClose={onClose}
    >
      <p>{t("tokens.revoke_lead")}</p>
    </ConfirmDialog>
  );
}
