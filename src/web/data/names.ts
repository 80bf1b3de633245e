import { api, call } from "../api/client.ts";
import type { Schemas } from "../api/types.ts";
import { queries, useEarlyQuery } from "./client.ts";
import { inScope, type Scope } from "./scope.ts";

export type Project = Schemas["ProjectResponse"];
export type Tag = Schemas["TagResponse"];

const PAGE = 100;
/** Maximum number of pages to load. A user with more names finds the others by searching the lists. */
const PAGES = 20;

/** Returns whether loadAll has loaded all items. */
export const isWhole = (items: readonly unknown[] | undefined): boolean =>
  items !== undefined && items.length < PAGE * PAGES;

/** Loads all pages of a list. */
export async function loadAll<Item>(loadPage: (query: { limit: number; skip: number }) => Promise<Item[]>) {
  const items: Item[] = [];
  for (let page = 0; page < PAGES; page++) {
    const loaded = await loadPage({ limit: PAGE, skip: page * PAGE });
    items.push(...loaded);
    if (loaded.length < PAGE) break;
  }
  return items;
}

const MINUTE_MS = 60_000;

const PROJECTS = ["projects", "names"];

const projectsOf = (scope: Scope) => ({
  queryKey: [...PROJECTS, scope],
  queryFn: () =>
    loadAll((page) => call(api.GET("/projects", { params: { query: { ...page, ...inScope(scope) } } }))),
  staleTime: 5 * MINUTE_MS,
});
const tagsOf = (scope: Scope) => ({
  queryKey: ["tags", "names", scope],
  queryFn: () =>
    loadAll((page) => call(api.GET("/tags", { params: { query: { ...page, ...inScope(scope) } } }))),
  staleTime: 5 * MINUTE_MS,
});

/** Returns all projects of a scope, also archived ones. */
export const useProjects = (scope: Scope): readonly Project[] | undefined =>
  useEarlyQuery(projectsOf(scope)).data;

/** Returns all tags of a scope. */
export const useTags = (scope: Scope): readonly Tag[] | undefined => useEarlyQuery(tagsOf(scope)).data;

/**
 * Returns whether the names are loaded, so that entries are first shown with them: rows would grow when the names came later. Names
 * that can't be loaded now are not awaited.
 */
export const useHasNames = (scope: Scope): boolean =>
  [useEarlyQuery(projectsOf(scope)), useEarlyQuery(tagsOf(scope))].every(
    ({ status, fetchStatus, failureCount }) =>
      status !== "pending" || fetchStatus === "paused" || failureCount > 0,
  );

/** Returns a project that is loaded. */
export const findProject = (id: string | null | undefined): Project | undefined =>
  queries
    .getQueriesData<Project[]>({ queryKey: PROJECTS })
    .flatMap(([, projects = []]) => projects)
    .find((project) => project.id === id);
