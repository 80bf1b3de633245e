import { docs } from "../features/platform/docs/routes.ts";
import { service } from "../features/platform/health/routes.ts";
import { jwks } from "../features/platform/jwks/routes.ts";
import { web } from "../features/platform/web/routes.ts";
import { pathOf } from "../http/path.ts";
import { createBase } from "./base.ts";

type Base = ReturnType<typeof createBase>;
type Part = Pick<Base, "fetch">;

/** Routes that are loaded with the Worker: service information, keys, documents and the web app. */
const platform: Part = createBase()
  .route("/", service)
  .route("/", jwks)
  .route("/", web)
  .route(
    "/",
    docs(async () => (await import("../app.ts")).describeApi()),
  );

/**
 * The parts that are loaded with the first request to one of their paths. Most of a Worker's start would be spent on schemas of routes, of
 * which an isolate often serves only a few. The first pattern that matches a path decides. Modules of a part are evaluated during that
 * request, so they must not keep its streams, timers or promises.
 */
const PARTS: { paths: RegExp; load: () => Promise<Part>; loaded?: Part }[] = [
  {
    paths:
      /^\/(?:access|audit|auth\/me\/permissions|permissions|roles|\.well-known\/authzen-configuration)(?:\/|$)/,
    load: async () => createBase().route("/", (await import("./access.ts")).access),
  },
  {
    paths: /^\/auth(?:\/|$)/,
    load: async () => createBase().route("/", (await import("./identity.ts")).identity),
  },
  {
    paths:
      /^\/(?:calendar-feeds|clients|feeds|goals|imports|projects|reports|settings|tags|tasks|time-entries)(?:\/|$)/,
    load: async () => createBase().route("/", (await import("./time.ts")).time),
  },
  {
    paths: /^\/(?:departments|invitations|organizations|teams)(?:\/|$)/,
    load: async () => createBase().route("/", (await import("./organizations.ts")).organizationRoutes),
  },
  {
    paths: /^\/activity(?:\/|$)/,
    load: async () => createBase().route("/", (await import("./activity.ts")).activity),
  },
  {
    paths: /^\/compat(?:\/|$)/,
    load: async () => createBase().route("/", (await import("./compat.ts")).compat),
  },
];

/** Answers a request with the part of the API that has its path. Each part has the whole middleware. */
export const answer: Base["fetch"] = (request, bindings, execution) => {
  const path = pathOf(request);
  const part = PARTS.find(({ paths }) => paths.test(path));
  if (!part) return platform.fetch(request, bindings, execution);
  if (part.loaded) return part.loaded.fetch(request, bindings, execution);
  return part.load().then((loaded) => {
    part.loaded ??= loaded;
    return part.loaded.fetch(request, bindings, execution);
  });
};

/** Loads all parts that no request has loaded, one after the other, with `pause` before each of them. */
export async function loadParts(pause: () => Promise<void>): Promise<void> {
  for (const part of PARTS) {
    await pause();
    part.loaded ??= await part.load();
  }
}
