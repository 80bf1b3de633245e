import type { Schemas } from "../../api/types.ts";
import { useSession } from "../../data/session.ts";
import { t } from "../../i18n/things/index.ts";
import { useProjectEntries } from "../../things/reports.ts";
import type { Project } from "../../things/sources.ts";
import { formatDuration, formatMoment } from "../../ui/format.ts";
import { Loaded } from "../../ui/loaded.tsx";
import { Card } from "../../ui/page.tsx";

/** Renders the latest time entries of a project. */
export function Entries({ project }: { project: Project }) {
  const entries = useProjectEntries(project);
  return (
    <Card title={t("project.recent")}>
      <Loaded query={entries}>
        {(items) => (
          <ul class="list things">
            {items.length === 0 && <li class="muted">{t("project.recent_empty")}</li>}
            {items.map((entry) => (
              <EntryLine key={entry.id} entry={entry} />
            ))}
          </ul>
        )}
      </Loaded>
    </Card>
  );
}

function EntryLine({
  entry: { description, started_at: startedAt, ended_at: endedAt },
}: {
  entry: Schemas["TimeEntryResponse"];
}) {
  const zone = useSession().data?.settings?.timezone ?? "UTC";
  return (
    <li>
      <div class="thing">
        <div class={description ? "item-title" : "item-title muted"}>
          {description || t("project.no_description")}
        </div>
        <div class="facts">{formatMoment(startedAt, zone)}</div>
      </div>
      <span>
        {endedAt
          ? formatDuration((Date.parse(endedAt) - Date.parse(startedAt)) / 1000)
          : t("project.running")}
      </span>
    </li>
  );
}
