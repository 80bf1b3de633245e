import { keepPreviousData, useQuery } from "@tanstack/preact-query";
import type { ComponentChildren, RefObject } from "preact";
import { useEffect, useId, useLayoutEffect, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { api, call } from "../api/client.ts";
import { queries } from "../data/client.ts";
import { useMay } from "../data/organizations.ts";
import { chooseScope, inScope, type Scope, useScope } from "../data/scope.ts";
import { t } from "../i18n/keys/index.ts";
import type { Action } from "../keys/table.ts";
import { useScopes } from "../scope/names.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Icon } from "../ui/icon.tsx";
import { toast } from "../ui/toast.tsx";
import { findItems, fixedItems, type Item, scopeItems } from "./items.ts";
import "../styles/pages/keys.css";

/** Returns the active projects of a scope whose name contains a text. */
function useProjects(text: string, scope: Scope): Item[] {
  const q = text.trim().slice(0, 100);
  const { data = [] } = useQuery(
    {
      queryKey: ["projects", "palette", scope, q],
      queryFn: () =>
        call(
          api.GET("/projects", {
            params: { query: { q, limit: 8, archived: false, sort: "name", ...inScope(scope) } },
          }),
        ),
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

/** Holds the function that opens a palette. */
type Opener = RefObject<() => void>;

/**
 * Renders the dialog in which the user finds pages, projects and actions by typing: closed, until `opener` is called. Without an `opener` it
 * is open, and the user only chooses an organization.
 */
export function Palette({
  opener,
  onClose,
  onRun,
}: {
  opener?: Opener;
  onClose: () => void;
  onRun: (action: Action) => void;
}) {
  const isForScopes = opener === undefined;
  const { path, query, route } = useLocation();
  const scope = useScope();
  const choices = useScopes();
  const scopes = scopeItems(choices, scope, isForScopes);
  const [title, label] = isForScopes
    ? [t("palette.scopes"), t("palette.scope_field")]
    : [t("palette.title"), t("palette.field")];
  const may = useMay(scope);
  const id = useId();
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState(() =>
    isForScopes
      ? Math.max(
          0,
          scopes.findIndex(({ kind }) => kind === "present"),
        )
      : 0,
  );
  const projects = useProjects(isForScopes ? "" : text, scope);
  // The field is there to type in before the many lines are.
  const [isListed, setListed] = useState(isForScopes);
  const all = isForScopes ? scopes : isListed ? [...fixedItems(may), ...scopes, ...projects] : [];
  const items = findItems(all, text);
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
      if (item.scope !== undefined) show(item.scope);
    });
  }

  /** Shows the records of another scope. An address that names a record of the former one then has nothing to show. */
  function show(next: Scope) {
    if (next === scope) return;
    chooseScope(next);
    toast(t("scope.shown", { name: choices.find((choice) => choice.scope === next)?.name ?? "" }));
    const { project, tag, owner, ...filters } = query;
    const isOne = /^\/app\/projects\/./.test(path);
    if (!isOne && !project && !tag && !owner) return;
    // The page is rendered once more before it goes.
    setTimeout(() => route(isOne ? "/app/projects" : `${path}?${new URLSearchParams(filters)}`, true));
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
    <PaletteDialog title={title} opener={opener} onOpen={() => setListed(true)} onClose={onClose}>
      <div class="palette-field">
        <Icon name="search" />
        <input
          class="input"
          type="text"
          role="combobox"
          data-first
          aria-label={label}
          placeholder={label}
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
        {isListed && t("palette.count", { count: items.length })}
      </p>
      {isListed && items.length === 0 && <p class="palette-none muted">{t("palette.none")}</p>}
      <div
        class="palette-list"
        id={`${id}-list`}
        role="listbox"
        aria-label={t("palette.results")}
        aria-busy={!isListed}
      >
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
    </PaletteDialog>
  );
}

/**
 * Renders the dialog of a palette. It must answer within 100 ms on a slow phone, so its content is there before it opens, and nothing else is
 * rendered when it does.
 */
function PaletteDialog({
  title,
  opener,
  onOpen,
  onClose,
  children,
}: {
  title: string;
  opener: Opener | undefined;
  onOpen: () => void;
  onClose: () => void;
  children: ComponentChildren;
}) {
  const [isOpen, setOpen] = useState(opener === undefined);
  useLayoutEffect(() => {
    if (opener) opener.current = () => setOpen(true);
  }, [opener]);
  useEffect(() => {
    if (isOpen) onOpen();
  }, [isOpen]);
  return (
    <Dialog title={title} look="palette" isOpen={isOpen} onClose={onClose}>
      {children}
    </Dialog>
  );
}
