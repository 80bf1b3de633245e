import type { FunctionComponent } from "preact";
import { lazy } from "preact-iso";
import type { Key } from "./i18n/index.ts";
import { normalizePath } from "./paths.ts";
import { loadTimer } from "./timer/load.ts";
import type { IconName } from "./ui/icon.tsx";

/** A page of the app. */
export interface PageRoute {
  path: string;
  page: FunctionComponent & { preload: () => Promise<unknown> };
  /** Set if the page is for a person without a session. */
  isOpen?: true;
  /** Set if the page also has something for a person without a session. */
  isForAll?: true;
  /** Place in the menu. */
  menu?: { label: Key; icon: IconName; group?: Key };
}

/** Loads a page of a file with several. */
const part = (load: () => Promise<FunctionComponent>) =>
  lazy<FunctionComponent>(() => load().then((component) => ({ default: component })));

const passwords = () => import("./pages/passwords/page.tsx");
const links = () => import("./pages/mail-links/page.tsx");

const account = (label: Key, icon: IconName) => ({ label, icon, group: "menu.account" as const });

const things = (label: Key, icon: IconName) => ({ label, icon, group: "menu.things" as const });

/** Id of a record in a path. */
const ID = /\/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}(?=\/|$)/;

/** All pages, in the order of the menu. */
export const ROUTES: readonly PageRoute[] = [
  { path: "/app/sign-in", isOpen: true, page: lazy(() => import("./pages/sign-in/page.tsx")) },
  { path: "/app/sign-up", isOpen: true, page: lazy(() => import("./pages/sign-up/page.tsx")) },
  {
    path: "/app/forgot-password",
    isOpen: true,
    page: part(() => passwords().then((page) => page.ForgotPassword)),
  },
  {
    path: "/app/reset-password",
    isOpen: true,
    page: part(() => passwords().then((page) => page.ResetPassword)),
  },
  { path: "/app/verify-email", isOpen: true, page: part(() => links().then((page) => page.VerifyEmail)) },
  { path: "/app/confirm-email", isOpen: true, page: part(() => links().then((page) => page.ConfirmEmail)) },
  {
    path: "/app/stop-email-change",
    isOpen: true,
    page: part(() => links().then((page) => page.StopEmailChange)),
  },
  {
    path: "/app/approve-email-change",
    isOpen: true,
    page: part(() => links().then((page) => page.ApproveEmailChange)),
  },
  { path: "/app/review-account", isOpen: true, page: part(() => links().then((page) => page.ReviewAccount)) },
  { path: "/app/goodbye", isOpen: true, page: lazy(() => import("./pages/goodbye/page.tsx")) },
  {
    path: "/app/",
    page: lazy(() => import("./pages/today/page.tsx")),
    menu: { label: "menu.today", icon: "home" },
  },
  {
    path: "/app/entries",
    page: lazy(() => import("./pages/entries/page.tsx")),
    menu: { label: "menu.entries", icon: "list" },
  },
  { path: "/app/start", page: lazy(() => import("./pages/start/page.tsx")) },
  {
    path: "/app/projects",
    page: lazy(() => import("./pages/projects/page.tsx")),
    menu: things("menu.projects", "folder"),
  },
  { path: "/app/projects/:id", page: lazy(() => import("./pages/project/page.tsx")) },
  {
    path: "/app/tasks",
    page: lazy(() => import("./pages/tasks/page.tsx")),
    menu: things("menu.tasks", "task"),
  },
  {
    path: "/app/clients",
    page: lazy(() => import("./pages/clients/page.tsx")),
    menu: things("menu.clients", "client"),
  },
  {
    path: "/app/tags",
    page: lazy(() => import("./pages/tags/page.tsx")),
    menu: things("menu.tags", "tag"),
  },
  {
    path: "/app/organizations",
    page: lazy(() => import("./pages/organizations/page.tsx")),
    menu: things("menu.organizations", "people"),
  },
  { path: "/app/organizations/:id", page: lazy(() => import("./pages/organization/page.tsx")) },
  {
    path: "/app/organizations/:id/settings",
    page: lazy(() => import("./pages/organization-settings/page.tsx")),
  },
  { path: "/app/invitations", isForAll: true, page: lazy(() => import("./pages/invitations/page.tsx")) },
  {
    path: "/app/settings/profile",
    page: lazy(() => import("./pages/profile/page.tsx")),
    menu: account("menu.profile", "user"),
  },
  {
    path: "/app/settings/preferences",
    page: lazy(() => import("./pages/preferences/page.tsx")),
    menu: account("menu.preferences", "sliders"),
  },
  {
    path: "/app/settings/security",
    page: lazy(() => import("./pages/security/page.tsx")),
    menu: account("menu.security", "shield"),
  },
  {
    path: "/app/settings/sessions",
    page: lazy(() => import("./pages/sessions/page.tsx")),
    menu: account("menu.sessions", "device"),
  },
  {
    path: "/app/settings/tokens",
    page: lazy(() => import("./pages/tokens/page.tsx")),
    menu: account("menu.tokens", "key"),
  },
  {
    path: "/app/settings/time",
    page: lazy(() => import("./pages/time-settings/page.tsx")),
    menu: account("menu.time", "clock"),
  },
  {
    path: "/app/settings/data",
    page: lazy(() => import("./pages/my-data/page.tsx")),
    menu: account("menu.data", "data"),
  },
];

/** Returns the page with this path, if there is one. */
export const findRoute = (path: string): PageRoute | undefined =>
  ROUTES.find((route) => route.path === normalizePath(path).replace(ID, "/:id"));

/** Loads the code of a page, and that of the timer if the page has one. A page without its timer is better than none. */
export async function loadPage({ page, isOpen }: PageRoute): Promise<void> {
  await Promise.all([page.preload(), isOpen || loadTimer().catch(() => {})]);
}

/** Begins to load the page with this path. */
export function preloadPage(path: string): void {
  const route = findRoute(path);
  if (route) loadPage(route).catch(() => {});
}
