import { t } from "../i18n/index.ts";

const parts = { running: "", page: "" };

/** Shows the name of the page, or the running entry, in the title of the tab. */
export function setTitle(part: keyof typeof parts, text: string): void {
  parts[part] = text;
  document.title = [parts.running, parts.page, t("app.name")].filter(Boolean).join(" · ");
}
