import { useEffect } from "preact/hooks";
import { SHOWN, useOrganizations } from "../data/organizations.ts";
import { chooseScope, isLeft, type Scope, useScope } from "../data/scope.ts";
import { t } from "../i18n/index.ts";
import { toast } from "../ui/toast.tsx";

/** A scope that the user may choose. */
interface Choice {
  scope: Scope;
  name: string;
}

/** Returns the scopes of the user, by name; none without an organization, when there is nothing to choose. */
export function useScopes(): readonly Choice[] {
  const organizations = useOrganizations().data ?? [];
  if (organizations.length === 0) return [];
  return [
    { scope: null, name: t("scope.personal") },
    ...organizations.map(({ id, name }) => ({ scope: id, name })),
  ];
}

/** Returns the name of a scope; undefined until it is known, and for users without an organization. */
export const useScopeName = (scope: Scope): string | undefined =>
  useScopes().find((choice) => choice.scope === scope)?.name;

/** Shows the personal records once the membership in the chosen organization has ended. */
export function useLostScope(): void {
  const scope = useScope();
  const { data, dataUpdatedAt: loadedAt } = useOrganizations();
  const isLost =
    scope !== null &&
    loadedAt > 0 &&
    data !== undefined &&
    data.length < SHOWN &&
    !data.some(({ id }) => id === scope);
  useEffect(() => {
    if (!isLost) return;
    chooseScope(null);
    if (!isLeft(scope)) toast(t("scope.lost"));
  }, [isLost]);
}
