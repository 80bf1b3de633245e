import { t } from "../i18n/things/index.ts";
import { Button } from "../ui/button.tsx";
import { Icon, type IconName } from "../ui/icon.tsx";
import type { Kind } from "./sources.ts";
import type { View } from "./views.ts";

/** Returns the title and the text of a part of a list that has nothing. */
function describe(kind: Kind, view: View): [title: string, lead: string] {
  if (view === "deleted") return [t("things.none_deleted"), t("things.none_deleted_lead")];
  if (view === "done") return [t("things.none_done_title"), t("tasks.none_done")];
  if (view === "archived")
    return [
      t("things.none_archived_title"),
      t(kind === "clients" ? "clients.none_archived" : "projects.none_archived"),
    ];
  return [t(`${kind}.empty_title`), t(`${kind}.empty`)];
}

/** Renders a list without records, and the next thing to do. */
export function Empty({
  kind,
  icon,
  view,
  q,
  mayCreate,
  onChange,
}: {
  kind: Kind;
  icon: IconName;
  view: View;
  q: string;
  mayCreate: boolean;
  onChange: (values: Record<string, string>) => void;
}) {
  const [title, lead] = q
    ? [t("things.none_found"), t("things.none_found_lead", { text: q })]
    : describe(kind, view);
  return (
    <div class="empty">
      <Icon name={q ? "search" : icon} />
      <div class="stack tight">
        <h2>{title}</h2>
        <p>{lead}</p>
      </div>
      {q && <Button onClick={() => onChange({ q: "" })}>{t("things.clear")}</Button>}
      {mayCreate && !q && (view === "active" || view === "open") && (
        <Button onClick={() => onChange({ new: "1" })}>{t(`${kind}.create`)}</Button>
      )}
    </div>
  );
}
