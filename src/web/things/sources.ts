import { api, call, callTagged } from "../api/client.ts";
import type { Schemas } from "../api/types.ts";

export type Project = Schemas["ProjectResponse"];
export type Client = Schemas["ClientResponse"];
export type Task = Schemas["TaskResponse"];
export type Tag = Schemas["TagResponse"];

/** Parts that all of these records have. */
export interface Thing {
  id: string;
  name: string;
  owner_id: string;
  organization_id?: string;
}

/** Parts of a request for a list. */
export interface ListQuery {
  q?: string;
  limit: number;
  skip: number;
  sort: "name" | "-created_at";
  deleted?: true;
  archived?: boolean;
  done?: boolean;
  project_id?: string;
  organization_id?: string;
}

/** A version of a record, and its ETag. */
export interface Version<Item> {
  data: Item;
  tag: string;
}

/** Kinds of records. */
export type Kind = "projects" | "clients" | "tasks" | "tags";

/** Changes that more than one kind has. */
export interface CommonChanges {
  name?: string;
  archived?: boolean;
  done?: boolean;
}

/** The requests of one kind of records. Written as methods, so that those of any kind fit where only common parts are used. */
export interface Source<Item extends Thing = Thing, New = { name: string }, Changes = CommonChanges> {
  kind: Kind;
  list(query: ListQuery): Promise<Item[]>;
  read(id: string): Promise<Version<Item>>;
  create(body: New): Promise<Item>;
  /** With the ETag of a version, changes nothing if there is a newer one. */
  update(id: string, body: Changes, tag?: string): Promise<Item>;
  remove(id: string): Promise<unknown>;
  restore(id: string): Promise<Item>;
}

const ifMatch = (tag?: string) => (tag ? { header: { "If-Match": tag } } : {});

export const PROJECTS: Source<Project, Schemas["CreateProject"], Schemas["UpdateProject"]> = {
  kind: "projects",
  list: ({ done, project_id, ...query }) => call(api.GET("/projects", { params: { query } })),
  read: (id) => callTagged(api.GET("/projects/{project_id}", { params: { path: { project_id: id } } })),
  create: (body) => call(api.POST("/projects", { body })),
  update: (id, body, tag) =>
    call(
      api.PATCH("/projects/{project_id}", { params: { path: { project_id: id }, ...ifMatch(tag) }, body }),
    ),
  remove: (id) => call(api.DELETE("/projects/{project_id}", { params: { path: { project_id: id } } })),
  restore: (id) => call(api.POST("/projects/{project_id}/restore", { params: { path: { project_id: id } } })),
};

export const CLIENTS: Source<Client, Schemas["CreateClient"], Schemas["UpdateClient"]> = {
  kind: "clients",
  list: ({ done, project_id, ...query }) => call(api.GET("/clients", { params: { query } })),
  read: (id) => callTagged(api.GET("/clients/{client_id}", { params: { path: { client_id: id } } })),
  create: (body) => call(api.POST("/clients", { body })),
  update: (id, body, tag) =>
    call(api.PATCH("/clients/{client_id}", { params: { path: { client_id: id }, ...ifMatch(tag) }, body })),
  remove: (id) => call(api.DELETE("/clients/{client_id}", { params: { path: { client_id: id } } })),
  restore: (id) => call(api.POST("/clients/{client_id}/restore", { params: { path: { client_id: id } } })),
};

export const TASKS: Source<Task, Schemas["CreateTask"], Schemas["UpdateTask"]> = {
  kind: "tasks",
  list: ({ archived, ...query }) => call(api.GET("/tasks", { params: { query } })),
  read: (id) => callTagged(api.GET("/tasks/{task_id}", { params: { path: { task_id: id } } })),
  create: (body) => call(api.POST("/tasks", { body })),
  update: (id, body, tag) =>
    call(api.PATCH("/tasks/{task_id}", { params: { path: { task_id: id }, ...ifMatch(tag) }, body })),
  remove: (id) => call(api.DELETE("/tasks/{task_id}", { params: { path: { task_id: id } } })),
  restore: (id) => call(api.POST("/tasks/{task_id}/restore", { params: { path: { task_id: id } } })),
};

export const TAGS: Source<Tag, Schemas["CreateTag"], Schemas["UpdateTag"]> = {
  kind: "tags",
  list: ({ archived, done, project_id, ...query }) => call(api.GET("/tags", { params: { query } })),
  read: (id) => callTagged(api.GET("/tags/{tag_id}", { params: { path: { tag_id: id } } })),
  create: (body) => call(api.POST("/tags", { body })),
  update: (id, body, tag) =>
    call(api.PATCH("/tags/{tag_id}", { params: { path: { tag_id: id }, ...ifMatch(tag) }, body })),
  remove: (id) => call(api.DELETE("/tags/{tag_id}", { params: { path: { tag_id: id } } })),
  restore: (id) => call(api.POST("/tags/{tag_id}/restore", { params: { path: { tag_id: id } } })),
};
