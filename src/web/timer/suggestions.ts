import { useQuery } from "@tanstack/preact-query";
import { useEffect, useState } from "preact/hooks";
import { api, call } from "../api/client.ts";
import type { Schemas } from "../api/types.ts";
import { queries } from "../data/client.ts";
import type { Project, Tag } from "../data/names.ts";
import { inScope, type Scope } from "../data/scope.ts";
import { findNamed, type Named, type Word } from "./text.ts";

export type Suggestion = Schemas["TimeEntrySuggestion"];

/** Option in the list under the field. */
export type Option =
  | { kind: "project"; key: string; project: Project }
  | { kind: "tag"; key: string; tag: Tag }
  | { kind: "new-project" | "new-tag"; key: string; name: string }
  | { kind: "entry"; key: string; suggestion: Suggestion };

const PAUSE_MS = 150;
const SHOWN = 8;

/** Returns a text once it has not changed for a moment. */
function usePaused(text: string): string {
  const [paused, setPaused] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setPaused(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return paused;
}

/** Returns the latest subjects of the user's entries in a scope with this text, most frequent first. */
export function useSuggestions(scope: Scope, text: string, isWanted: boolean): readonly Suggestion[] {
  const q = usePaused(text.trim()).slice(0, 100);
  const { data } = useQuery(
    {
      queryKey: ["suggestions", scope, q],
      queryFn: () =>
        call(
          api.GET("/time-entries/suggestions", {
            params: { query: { limit: SHOWN, ...inScope(scope), ...(q && { q }) } },
          }),
        ),
      enabled: isWanted,
      placeholderData: (before, query) => (query?.queryKey[1] === scope ? before : undefined),
    },
    queries,
  );
  return isWanted ? (data ?? []) : [];
}

/** Returns the names that complete a word, and a way to create it if no name equals it and `mayCreate`. */
export function optionsFor(
  word: Word,
  projects: readonly Project[],
  tags: readonly Tag[],
  mayCreate = true,
): Option[] {
  const name = word.typed.trim();
  const isNew = (items: readonly Named[]) =>
    mayCreate && name !== "" && !items.some((item) => item.name.toLowerCase() === name.toLowerCase());
  if (word.sign === "@") {
    const found = findNamed(projects, word.typed, SHOWN);
    const options = found.map((project): Option => ({ kind: "project", key: project.id, project }));
    return isNew(projects) ? [...options, { kind: "new-project", key: "new", name }] : options;
  }
  const found = findNamed(tags, word.typed, SHOWN);
  const options = found.map((tag): Option => ({ kind: "tag", key: tag.id, tag }));
  return isNew(tags) ? [...options, { kind: "new-tag", key: "new", name }] : options;
}

/** Returns suggestions as options. */
export const optionsOf = (suggestions: readonly Suggestion[]): Option[] =>
  suggestions.map((suggestion, index) => ({ kind: "entry", key: String(index), suggestion }));
