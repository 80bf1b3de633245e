import type { Schemas } from "../../api/types.ts";
import { t } from "../../i18n/tokens/index.ts";
import { Secret } from "../../ui/copy.tsx";
import { Notice } from "../../ui/notice.tsx";

/** Renders a new token, which is shown once, and the address for an editor's plugin. */
export function TokenOnce({ token: { token, format } }: { token: Schemas["CreatedPersonalToken"] }) {
  return (
    <>
      <Notice kind="warning">{t("tokens.once")}</Notice>
      <div class="stack tight">
        <p class="small muted">{format === "wakatime" ? t("tokens.key") : t("tokens.token")}</p>
        <Secret text={token} label={t("tokens.token")} />
      </div>
      {format === "wakatime" && (
        <div class="stack tight">
          <p class="small muted">{t("tokens.api_url")}</p>
          <Secret text={`${location.origin}/compat/wakatime/v1`} label={t("tokens.api_url")} />
        </div>
      )}
    </>
  );
}
