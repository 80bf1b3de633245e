import { useQuery } from "@tanstack/preact-query";
import { api, call } from "../api/client.ts";
import type { Schemas } from "../api/types.ts";
import { queries } from "./client.ts";

export type Project = Schemas["ProjectResponse"];
export type Tag = Schemas["TagResponse"];

const PAGE = 100;
/** Maximum number of pages to load. A user with more names finds the others by searching the lists. */
const PAGES = 20;

/** Loads all pages of a list. */
async function loadAll<Item>(loadPage: (query: { limit: number; skip: number }) => Promise<Item[]>) {
  const items: Item[] = [];
  for (let page = 0; page < PAGES; page++) {
    const loaded = await loadPage({ limit: PAGE, skip: page * PAGE });
    items.push(...loaded);
    if (loaded.length < PAGE) break;
  }
  return items;
}

const MINUTE_MS = 60_000;

const PROJECTS = {
  queryKey: ["projects", "names"],
  queryFn: () => loadAll((query) => call(api.GET("/projects", { params: { query } }))),
  staleTime: 5 * MINUTE_MS,
};
const TAGS = {
  queryKey: ["tags", "names"],
  queryFn: () => loadAll((query) => call(api.GET("/tags", { params: { query } }))),
  staleTime: 5 * MINUTE_MS,
};

/** Returns all projects of the user, also archived ones. */
export const useProjects = (): readonly Project[] | undefined => useQuery(PROJECTS, queries).data;

/** Returns all tags of the user. */
export const useTags = (): readonly Tag[] | undefined => useQuery(TAGS, queries).data;

/** Returns a project that is loaded. */
export const findProject = (id: string | null | undefined): Project | undefined =>
  queries.getQueryData<Project[]>(PROJECTS.queryKey)?.find((project) => project.id === id);
