import { useEffect, useRef, useState } from "preact/hooks";
import type { Entry } from "../../data/outbox/changes.ts";
import { rangeOf } from "./range.ts";

/** The entries that are selected. */
export interface Selection {
  entries: Entry[];
  has: (id: string) => boolean;
  /** Selects an entry or not; with `isRange`, all from the one before up to it. */
  toggle: (id: string, isRange?: boolean) => void;
  set: (ids: readonly string[], isSelected: boolean) => void;
  clear: () => void;
}

/** Returns the selection among entries. Another address begins with an empty one. */
export function useSelection(entries: readonly Entry[], address: string): Selection {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const last = useRef<string | undefined>(undefined);
  useEffect(() => setIds(new Set()), [address]);
  const set = (changed: readonly string[], isSelected: boolean) => {
    const others = [...ids].filter((id) => !changed.includes(id));
    setIds(new Set(isSelected ? [...others, ...changed] : others));
  };
  return {
    entries: entries.filter(({ id }) => ids.has(id)),
    has: (id) => ids.has(id),
    toggle: (id, isRange = false) => {
      const isSelected = !ids.has(id);
      const all = entries.map((entry) => entry.id);
      set(isRange ? rangeOf(all, last.current, id) : [id], isRange || isSelected);
      last.current = id;
    },
    set,
    clear: () => setIds(new Set()),
  };
}
