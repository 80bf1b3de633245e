import { useEffect, useState } from "preact/hooks";
import { useProjects, useTags } from "../../data/names.ts";
import { useScope } from "../../data/scope.ts";
import { useUser } from "../../data/session.ts";
import { t } from "../../i18n/entries/index.ts";
import { Button } from "../../ui/button.tsx";
import { type Filters, PERIODS, type Period } from "./filters.ts";

const PAUSE_MS = 250;

interface FilterBarProps {
  filters: Filters;
  /** First and last day of what is shown, with which an own period begins. */
  days: readonly [string, string];
  /** Other owners of listed entries, and their names. */
  owners: readonly (readonly [id: string, name: string])[];
  onChange: (filters: Filters) => void;
}

/** Renders the filters of the list. Each change is in the address immediately. */
export function FilterBar({ filters, days, owners, onChange }: FilterBarProps) {
  const scope = useScope();
  const user = useUser();
  const projects = useProjects(scope) ?? [];
  const tags = useTags(scope) ?? [];
  const set = (values: Partial<Filters>) => onChange({ ...filters, ...values });
  const isFiltered = Boolean(
    filters.owner || filters.project || filters.tag || filters.q || filters.billable || filters.deleted,
  );
  const any = ["", t("entries.any")] as const;

  function choosePeriod(period: Period) {
    set(period === "own" ? { period, from: days[0], to: days[1] } : { period });
  }

  return (
    <search class="filters" aria-label={t("entries.filters")}>
      <Choice
        label={t("entries.period")}
        value={filters.period}
        options={PERIODS.map((period) => [period, t(`entries.period_${period}`)] as const)}
        onChange={(value) => choosePeriod(value as Period)}
      />
      {filters.period === "own" && (
        <>
          <DayField label={t("entries.from")} value={filters.from} onChange={(from) => set({ from })} />
          <DayField label={t("entries.to")} value={filters.to} onChange={(to) => set({ to })} />
        </>
      )}
      <SearchField value={filters.q} onChange={(q) => set({ q })} />
      {(owners.length > 0 || filters.owner) && (
        <Choice
          label={t("entries.owner")}
          value={filters.owner}
          options={[any, [user.id, t("entries.owner_me")], ...owners]}
          onChange={(owner) => set({ owner })}
        />
      )}
      <Choice
        label={t("entries.project")}
        value={filters.project}
        options={[any, ...projects.map(({ id, name }) => [id, name] as const)]}
        onChange={(project) => set({ project })}
      />
      <Choice
        label={t("entries.tag")}
        value={filters.tag}
        options={[any, ...tags.map(({ id, name }) => [id, name] as const)]}
        onChange={(tag) => set({ tag })}
      />
      <Choice
        label={t("entries.billable")}
        value={filters.billable}
        options={[any, ["yes", t("entries.billable_yes")], ["no", t("entries.billable_no")]]}
        onChange={(billable) => set({ billable: billable as Filters["billable"] })}
      />
      <Choice
        label={t("entries.show")}
        value={filters.deleted ? "deleted" : "kept"}
        options={[
          ["kept", t("entries.show_kept")],
          ["deleted", t("entries.show_deleted")],
        ]}
        onChange={(shown) => set({ deleted: shown === "deleted" })}
      />
      {isFiltered && (
        <div class="filter-clear">
          <Button
            look="quiet"
            onClick={() => set({ owner: "", project: "", tag: "", q: "", billable: "", deleted: false })}
          >
            {t("entries.clear")}
          </Button>
        </div>
      )}
    </search>
  );
}

function Choice({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: string;
  options: readonly (readonly [string, string])[];
  onChange: (value: string) => void;
}) {
  return (
    <label>
      <span>{label}</span>
      <select class="input" value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {options.map(([key, text]) => (
          <option key={key} value={key} selected={key === value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

const DayField = ({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
}) => (
  <label>
    <span>{label}</span>
    <input
      class="input"
      type="date"
      value={value}
      required
      onChange={(event) => event.currentTarget.value && onChange(event.currentTarget.value)}
    />
  </label>
);

/** Renders the field of the text, which counts once one stops typing. */
function SearchField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  useEffect(() => {
    if (typed === value) return;
    const timer = setTimeout(() => onChange(typed), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <label>
      <span>{t("entries.search")}</span>
      <input
        class="input"
        type="search"
        maxLength={100}
        value={typed}
        onInput={(event) => setTyped(event.currentTarget.value)}
      />
    </label>
  );
}
