import type { Schemas } from "../../api/types.ts";
import { t } from "../../i18n/tokens/index.ts";
import { Button } from "../../ui/button.tsx";
import { Secret } from "../../ui/copy.tsx";
import { Notice } from "../../ui/notice.tsx";
import { save } from "../../ui/save.ts";

/** Name of the file with the relay, as the command that starts it has it. */
const RELAY = "watcher-relay.mjs";

/** Renders a new token, which is shown once, as the program that it is for needs it. */
export function TokenOnce({ token: { token, format, scopes } }: { token: Schemas["CreatedPersonalToken"] }) {
  const isForWatcher = format === "personal" && scopes.includes("ingest");
  return (
    <>
      <Notice kind="warning">{t("tokens.once")}</Notice>
      {format === "wakatime" && <EditorFile apiKey={token} />}
      {isForWatcher && <RelayCommand token={token} />}
      <Labeled label={format === "wakatime" ? t("tokens.key") : t("tokens.token")} text={token} />
      {format === "wakatime" && <Labeled label={t("tokens.api_url")} text={editorUrl()} />}
    </>
  );
}

const editorUrl = () => `${location.origin}/compat/wakatime/v1`;

const Labeled = ({ label, text }: { label: string; text: string }) => (
  <div class="stack tight">
    <p class="small muted">{label}</p>
    <Secret text={text} label={label} />
  </div>
);

/** Renders the file of WakaTime's plugins. */
const EditorFile = ({ apiKey }: { apiKey: string }) => (
  <Labeled
    label={t("tokens.editor_file")}
    text={`[settings]\napi_url = ${editorUrl()}\napi_key = ${apiKey}`}
  />
);

/** Renders the relay that ActivityWatch's watchers need, since they send no token, and the command that starts it. */
function RelayCommand({ token }: { token: string }) {
  const isWindows = /Windows/.test(navigator.userAgent);
  const command = isWindows
    ? `$env:SERVER="${location.origin}"; $env:TOKEN="${token}"; node ${RELAY}`
    : `SERVER=${location.origin} TOKEN=${token} node ${RELAY}`;
  const download = async () => {
    const { default: text } = await import("../start/watcher-relay.mjs?raw");
    save(new Blob([text], { type: "text/javascript" }), RELAY);
  };
  return (
    <>
      <Labeled label={t(isWindows ? "tokens.relay_powershell" : "tokens.relay_command")} text={command} />
      <div>
        <Button onClick={() => void download()}>{t("tokens.relay_download")}</Button>
      </div>
    </>
  );
}
