import { useEffect, useState } from "preact/hooks";
import type { Entry } from "./outbox/changes.ts";
import { sessionUserId } from "./session.ts";

/** Id of an organization, or null for the user's personal records. */
export type Scope = string | null;

/** Returns the scope of a record. */
export const scopeOf = ({ organization_id: id }: Pick<Entry, "organization_id">): Scope => id ?? null;

/** Returns the part of a request that names a scope: an organization's lists and new records have its id. */
export const inScope = (scope: Scope): { organization_id?: string } =>
  scope === null ? {} : { organization_id: scope };

const keyOf = (userId = sessionUserId()) => `scope-${userId}`;

const listeners = new Set<() => void>();

/** Returns the scope whose records this tab shows: the one chosen in it, or else the latest choice in this browser. */
export const presentScope = (): Scope =>
  (sessionStorage.getItem(keyOf()) ?? localStorage.getItem(keyOf())) || null;

/** Shows the records of a scope, in this tab and in tabs that are opened later. */
export function chooseScope(scope: Scope): void {
  sessionStorage.setItem(keyOf(), scope ?? "");
  localStorage.setItem(keyOf(), scope ?? "");
  for (const listener of listeners) listener();
}

const left = new Set<Scope>();

/** Notes that the user deletes or leaves an organization, so that its loss needs no message. */
export const leaveScope = (id: string): unknown => left.add(id);

/** Returns whether the user has deleted or left an organization in this tab. */
export const isLeft = (scope: Scope): boolean => left.has(scope);

/** Returns the scope whose records this tab shows, and renders again when it changes. */
export function useScope(): Scope {
  const [, setScope] = useState(presentScope);
  useEffect(() => {
    const listener = () => setScope(presentScope());
    listeners.add(listener);
    listener();
    return () => {
      listeners.delete(listener);
    };
  }, []);
  return presentScope();
}
