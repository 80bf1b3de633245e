import { t } from "../i18n/index.ts";
import { Button } from "./button.tsx";
import { Icon } from "./icon.tsx";
import { toast } from "./toast.tsx";

/** Copies a text. Without https, browsers have no clipboard, and the text must be selected. */
export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast(t("copy.done"));
  } catch {
    toast(t("copy.failed"));
  }
}

/** Renders a secret with a button that copies it. */
export function Secret({ text, label }: { text: string; label: string }) {
  return (
    <div class="secret">
      <code>{text}</code>
      <Button look="quiet" onClick={() => void copyText(text)} aria-label={t("copy.what", { what: label })}>
        <Icon name="copy" />
        {t("copy.action")}
      </Button>
    </div>
  );
}
