import { keepPreviousData, useQuery } from "@tanstack/preact-query";
import { useEffect, useId, useMemo, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { api, call } from "../api/client.ts";
import { queries } from "../data/client.ts";
import { t } from "../i18n/keys/index.ts";
import type { Action } from "../keys/table.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Icon } from "../ui/icon.tsx";
import { findItems, fixedItems, type Item } from "./items.ts";
import "../styles/pages/keys.css";

/** Returns the active projects whose name contains a text. */
function useProjects(text: string): Item[] {
  const q = text.trim().slice(0, 100);
  const { data = [] } = useQuery(
    {
      queryKey: ["projects", "palette", q],
      queryFn: () =>
        call(api.GET("/projects", { params: { query: { q, limit: 8, archived: false, sort: "name" } } })),
      enabled: q !== "",
      placeholderData: keepPreviousData,
    },
    queries,
  );
  if (q === "") return [];
  return data.map(({ id, name }) => ({
    id,
    text: name,
    kind: "project" as const,
    icon: "folder" as const,
    to: `/app/projects/${id}`,
  }));
}

/** Renders the dialog in which the user finds pages, projects and actions by typing. */
export function Palette({ onClose, onRun }: { onClose: () => void; onRun: (action: Action) => void }) {
  const { route } = useLocation();
  const id = useId();
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState(0);
  const fixed = useMemo(fixedItems, []);
  const projects = useProjects(text);
  const items = findItems([...fixed, ...projects], text);
  const present = Math.min(chosen, items.length - 1);
  const idOf = (place: number) => `${id}-${place}`;

  useEffect(() => {
    document.getElementById(idOf(present))?.scrollIntoView({ block: "nearest" });
  }, [present]);

  function choose(item: Item | undefined) {
    if (!item) return;
    onClose();
    // The dialog gives the focus back first.
    setTimeout(() => {
      if (item.to) route(item.to);
      if (item.action) onRun(item.action);
    });
  }

  function press(event: KeyboardEvent) {
    const last = items.length - 1;
    const steps: Record<string, number> = {
      ArrowDown: present === last ? 0 : present + 1,
      ArrowUp: present <= 0 ? last : present - 1,
      PageUp: 0,
      PageDown: last,
    };
    const next = steps[event.key];
    if (next !== undefined) setChosen(next);
    else if (event.key === "Enter") choose(items[present]);
    else return;
    event.preventDefault();
  }

  return (
    <Dialog title={t("palette.title")} look="palette" onClose={onClose}>
      <div class="palette-field">
        <Icon name="search" />
        <input
          class="input"
          type="text"
          role="combobox"
          data-first
          aria-label={t("palette.field")}
          placeholder={t("palette.field")}
          aria-expanded={items.length > 0}
          aria-controls={`${id}-list`}
          aria-activedescendant={present >= 0 ? idOf(present) : undefined}
          aria-autocomplete="list"
          autocomplete="off"
          spellcheck={false}
          value={text}
          onInput={(event) => {
            setText(event.currentTarget.value);
            setChosen(0);
          }}
          onKeyDown={press}
        />
      </div>
      <p class="visually-hidden" role="status">
        {t("palette.count", { count: items.length })}
      </p>
      {items.length === 0 && <p class="palette-none muted">{t("palette.none")}</p>}
      <div class="palette-list" id={`${id}-list`} role="listbox" aria-label={t("palette.results")}>
        {items.map((item, place) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the focus and its keys
          // biome-ignore lint/a11y/useFocusableInteractive: the field tells which one is active
          <div
            key={item.id}
            id={idOf(place)}
            role="option"
            aria-selected={place === present}
            onClick={() => choose(item)}
            onPointerMove={() => setChosen(place)}
          >
            <Icon name={item.icon} />
            <span class="clip">{item.text}</span>
            {item.key ? (
              <span class="kbd" aria-hidden="true">
                {item.key}
              </span>
            ) : (
              <span class="small muted">{t(`palette.${item.kind}`)}</span>
            )}
          </div>
        ))}
      </div>
    </Dialog>
  );
}
