import { t } from "../i18n/index.ts";
import { Button } from "./button.tsx";
import { Icon } from "./icon.tsx";
import { toast } from "./toast.tsx";

/** Copies a text. */
export async function copyText(text: string): Promise<void> {
  try {
    if (navigator.clipboard) await navigator.clipboard.writeText(text);
    else copyWithoutClipboard(text);
    toast(t("copy.done"));
  } catch {
    toast(t("copy.failed"));
  }
}

/** Copies a text as the browser's own command does: without https, pages have no other way to the clipboard. */
function copyWithoutClipboard(text: string): void {
  let isCopied = false;
  const copy = (event: ClipboardEvent) => {
    event.clipboardData?.setData("text/plain", text);
    event.preventDefault();
    isCopied = true;
  };
  document.addEventListener("copy", copy, { once: true });
  document.execCommand("copy");
  document.removeEventListener("copy", copy);
  if (!isCopied) throw new Error("The browser didn't copy the text.");
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
