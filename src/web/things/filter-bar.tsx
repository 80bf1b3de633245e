import { t } from "../i18n/things/index.ts";
import { Icon } from "../ui/icon.tsx";
import { useTyped } from "./address.ts";
import type { Kind } from "./sources.ts";
import type { View } from "./views.ts";

/** Renders the field that finds as its user types, and the choice of the part of the list. */
export function FilterBar({
  kind,
  views,
  view,
  q,
  onChange,
}: {
  kind: Kind;
  views: readonly View[];
  view: View;
  q: string;
  onChange: (values: Record<string, string>) => void;
}) {
  const [text, setText] = useTyped(q, (next) => onChange({ q: next }));
  return (
    <div class="filter-bar">
      <div class="find">
        <Icon name="search" />
        <input
          class="input"
          type="search"
          aria-label={t(`${kind}.find`)}
          placeholder={t(`${kind}.find`)}
          maxLength={100}
          autocomplete="off"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </div>
      <fieldset class="segments">
        <legend class="visually-hidden">{t("view.label")}</legend>
        {views.map((name) => (
          <label key={name}>
            <input
              class="visually-hidden"
              type="radio"
              name="view"
              checked={name === view}
              onChange={() => onChange({ show: name === views[0] ? "" : name })}
            />
            {t(`view.${name}`)}
          </label>
        ))}
      </fieldset>
    </div>
  );
}
