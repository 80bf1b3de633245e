import { t } from "../../i18n/security/index.ts";
import { Button } from "../../ui/button.tsx";
import { copyText } from "../../ui/copy.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { save } from "../../ui/save.ts";

/** Renders new recovery codes, which are shown once. */
export function CodesDialog({ codes, onClose }: { codes: string[]; onClose: () => void }) {
  const text = codes.join("\n");
  return (
    <Dialog title={t("codes.title")} onClose={onClose}>
      <p class="muted">{t("codes.lead")}</p>
      <ul class="codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <div class="row">
        <Button onClick={() => void copyText(text)}>{t("copy.action")}</Button>
        <Button onClick={() => save(new Blob([text], { type: "text/plain" }), "recovery-codes.txt")}>
          {t("codes.download")}
        </Button>
        <Button onClick={() => print()}>{t("codes.print")}</Button>
      </div>
      <div class="row row-end">
        <Button look="primary" onClick={onClose}>
          {t("codes.kept")}
        </Button>
      </div>
    </Dialog>
  );
}
