import { api, callTagged } from "../../api/client.ts";
import type { Schemas } from "../../api/types.ts";
import { reloadAccount, useAccount } from "../../data/account.ts";
import { reloadSession } from "../../data/session.ts";
import { t } from "../../i18n/time/index.ts";
import { fromClock, toClock } from "../../ui/clock.ts";
import { Checkbox, SelectField, TextField } from "../../ui/field.tsx";
import { Form, Submit, type Values } from "../../ui/form.tsx";
import { weekdayName, zoneNames } from "../../ui/format.ts";
import { Loaded } from "../../ui/loaded.tsx";
import { Card, PageHead } from "../../ui/page.tsx";
import { toast } from "../../ui/toast.tsx";

type Settings = Schemas["TimeSettings"];

/** Days on which weeks begin somewhere, Monday first. */
const WEEK_STARTS = [1, 2, 3, 4, 5, 6, 0];

/** Renders the page of the settings by which time is counted. */
export default function TimeSettings() {
  const query = useAccount("timeSettings");
  return (
    <>
      <PageHead title={t("menu.time")} lead={t("time.lead")} />
      <Card title={t("time.counting")} lead={t("time.counting_lead")}>
        <Loaded query={query} rows={4}>
          {({ data, tag }) => <SettingsForm key={tag} settings={data} tag={tag} />}
        </Loaded>
      </Card>
    </>
  );
}

function SettingsForm({ settings, tag }: { settings: Settings; tag: string }) {
  async function save(values: Values) {
    const body = {
      timezone: values.timezone ?? "",
      week_start: Number(values.week_start),
      day_start_minutes: fromClock(values.day_start_minutes ?? ""),
      idle_timeout_seconds: Math.round(Number(values.idle_timeout_seconds) * 60),
      streak_threshold_seconds: Math.round(Number(values.streak_threshold_seconds) * 60),
      allow_overlap: values.allow_overlap !== undefined,
    };
    try {
      await callTagged(api.PATCH("/settings/time", { params: { header: { "If-Match": tag } }, body }));
      toast(t("saved"));
    } finally {
      await Promise.all([reloadAccount("timeSettings"), reloadSession()]);
    }
  }
  return (
    <div class="card-body">
      <Form onSubmit={save} label={t("menu.time")}>
        <SelectField
          name="timezone"
          label={t("time.zone")}
          hint={t("time.zone_hint")}
          value={settings.timezone}
          options={zoneNames(settings.timezone).map((zone) => [zone, zone.replaceAll("_", " ")])}
        />
        <div class="pair">
          <SelectField
            name="week_start"
            label={t("time.week_start")}
            value={String(settings.week_start)}
            options={WEEK_STARTS.map((day) => [String(day), weekdayName(day)])}
          />
          <TextField
            name="day_start_minutes"
            label={t("time.day_start")}
            hint={t("time.day_start_hint")}
            type="time"
            required
            defaultValue={toClock(settings.day_start_minutes)}
          />
        </div>
        <div class="pair">
          <TextField
            name="idle_timeout_seconds"
            label={t("time.idle")}
            hint={t("time.idle_hint")}
            type="number"
            inputMode="numeric"
            min={1}
            max={60}
            required
            defaultValue={String(settings.idle_timeout_seconds / 60)}
          />
          <TextField
            name="streak_threshold_seconds"
            label={t("time.streak")}
            hint={t("time.streak_hint")}
            type="number"
            inputMode="numeric"
            min={1}
            max={1440}
            required
            defaultValue={String(settings.streak_threshold_seconds / 60)}
          />
        </div>
        <Checkbox
          name="allow_overlap"
          label={t("time.overlap")}
          hint={t("time.overlap_hint")}
          isTicked={settings.allow_overlap}
        />
        <div class="row row-end">
          <Submit>{t("action.save")}</Submit>
        </div>
      </Form>
    </div>
  );
}
