import type { ComponentChildren } from "preact";
import { t } from "../i18n/keys/index.ts";
import { knownPreferences } from "../pages/preferences/data.ts";
import { findRoute } from "../routes.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { ACTIONS, goPages, ROW_KEYS } from "./table.ts";
import "../styles/pages/keys.css";

const isApple = () => /Mac|iPhone|iPad/.test(navigator.userAgent);

/** Returns a key as it is written on the keyboard of the user. */
const nameOf = (key: string) => (isApple() ? key.replace("Ctrl+", "⌘") : key);

/** Renders the map of the keys. */
export function KeyMap({ onClose }: { onClose: () => void }) {
  const areOn = knownPreferences()?.has_single_key_shortcuts ?? true;
  return (
    <Dialog title={t("keys.title")} onClose={onClose}>
      <Group title={t("keys.everywhere")} isFirst>
        {ACTIONS.map(({ keys, label }) => (
          <Line key={label} keys={keys} label={t(label)} />
        ))}
      </Group>
      <Group title={t("keys.go")}>
        {goPages().map(({ key, path, label }) => (
          <Line key={path} keys={["g", key]} label={t(label)} isSequence />
        ))}
      </Group>
      {findRoute("/app/entries") && (
        <Group title={t("keys.entries")}>
          {ROW_KEYS.map(({ keys, label }) => (
            <Line key={label} keys={keys} label={t(label)} />
          ))}
        </Group>
      )}
      <p class="small muted">
        {t(areOn ? "keys.switch" : "keys.off")}{" "}
        <a href="/app/settings/preferences" onClick={onClose}>
          {t("keys.preferences")}
        </a>
      </p>
      <div class="row row-end">
        <Button onClick={onClose}>{t("keys.close")}</Button>
      </div>
    </Dialog>
  );
}

/** Renders keys under a title. The first title gets the focus, so that the map shows its beginning. */
const Group = ({
  title,
  isFirst,
  children,
}: {
  title: string;
  isFirst?: true;
  children: ComponentChildren;
}) => (
  <section class="stack tight">
    <h3 tabIndex={isFirst && -1} data-first={isFirst}>
      {title}
    </h3>
    <dl class="keys">{children}</dl>
  </section>
);

function Line({
  keys,
  label,
  isSequence = false,
}: {
  keys: readonly string[];
  label: string;
  isSequence?: boolean;
}) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        {keys.map((key, place) => (
          <span key={key}>
            {place > 0 && isSequence && <span class="muted small"> {t("keys.then")} </span>}
            <kbd>{nameOf(key)}</kbd>
          </span>
        ))}
      </dd>
    </div>
  );
}
