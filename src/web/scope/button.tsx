import { useScope } from "../data/scope.ts";
import { t } from "../i18n/index.ts";
import { openPalette } from "../palette/open.ts";
import { Icon } from "../ui/icon.tsx";
import { useScopes } from "./names.ts";

/** Renders the name of the scope whose records are shown, and opens the list to choose another one; nothing without an organization. */
export function ScopeButton() {
  const scope = useScope();
  const scopes = useScopes();
  if (scopes.length === 0 && scope === null) return null;
  return (
    <button
      type="button"
      class="find-button scope-button"
      aria-haspopup="dialog"
      onClick={() => openPalette("scope")}
    >
      <Icon name={scope === null ? "user" : "people"} />
      <span class="clip">
        <span class="visually-hidden">{t("scope.label")} </span>
        {scopes.find((choice) => choice.scope === scope)?.name ?? "…"}
      </span>
      <Icon name="choose" />
    </button>
  );
}
