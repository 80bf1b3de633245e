import { createRoute, z } from "@hono/zod-openapi";
import { VERSION } from "../../../core/version.ts";
import { anyone } from "../../../guard/guard.ts";
import { preferredType } from "../../../http/negotiation.ts";
import { errorsWithoutDatabase, json } from "../../../http/openapi.ts";
import { createRouter } from "../../../http/router.ts";
import { instant } from "../../../http/schema-parts.ts";
import { getDatabaseVersion } from "./service.ts";

const tags = ["Service"];

const About = z
  .object({
    name: z.string().openapi({ example: "Productivity Tracker" }),
    version: z.string().openapi({ example: VERSION }),
    links: z.record(z.string(), z.string()).openapi({ example: { docs: "/docs" } }),
  })
  .openapi("About");

const Health = z
  .object({
    status: z.literal("healthy"),
    app_name: z.string(),
    version: z.string(),
    timestamp: instant,
    database: z.literal("not_checked"),
  })
  .openapi("Health");

const DetailedHealth = z
  .object({
    ...Health.shape,
    status: z.enum(["healthy", "degraded"]),
    database: z.enum(["connected", "disconnected"]),
    database_version: z
      .string()
      .nullable()
      .openapi({ description: "Major version of the database", example: "18" }),
  })
  .openapi("DetailedHealth");

const about = createRoute({
  method: "get",
  path: "/",
  operationId: "getAbout",
  summary: "Get service information",
  description:
    "Returns the name and version of this deployment, and links to its web app and documentation. Redirects a browser, which prefers `text/html`, to the web app.",
  tags,
  security: [],
  responses: {
    200: json(About, "Name, version and links"),
    302: { description: "The web app, for a client that prefers `text/html`" },
    ...errorsWithoutDatabase(),
  },
});

const health = createRoute({
  method: "get",
  path: "/health",
  operationId: "getHealth",
  summary: "Get the health of the Worker",
  description: "Does not query the database.",
  tags,
  security: [],
  responses: { 200: json(Health, "The Worker is up"), ...errorsWithoutDatabase() },
});

const detailedHealth = createRoute({
  method: "get",
  path: "/health/detailed",
  operationId: "getDetailedHealth",
  summary: "Get the health of the database",
  description:
    "Queries the database for its version, at most once every five seconds for each instance of the Worker.",
  tags,
  ...anyone(),
  responses: {
    ...errorsWithoutDatabase("PAYLOAD_TOO_LARGE"),
    200: json(DetailedHealth, "The Worker and the database are up"),
    503: json(DetailedHealth, "The database does not answer"),
  },
});

const LINKS = { app: "/app/", docs: "/docs", redoc: "/redoc", openapi: "/openapi.json", health: "/health" };

export const service = createRouter({ ignoresUnknown: true })
  .openapi(about, (c) =>
    preferredType(c, ["application/json", "text/html"]) === "text/html"
      ? c.redirect(LINKS.app, 302)
      : c.json({ name: c.var.settings.APP_NAME, version: VERSION, links: LINKS }, 200),
  )
  .openapi(health, (c) =>
    c.json({ ...vitals(c.var.settings.APP_NAME), status: "healthy", database: "not_checked" } as const, 200),
  )
  .openapi(detailedHealth, async (c) => {
    const version = await getDatabaseVersion(c.var);
    const common = { ...vitals(c.var.settings.APP_NAME), database_version: version };
    return version === null
      ? c.json({ ...common, status: "degraded", database: "disconnected" } as const, 503)
      : c.json({ ...common, status: "healthy", database: "connected" } as const, 200);
  });

const vitals = (appName: string) => ({
  app_name: appName,
  version: VERSION,
  timestamp: new Date().toISOString(),
});
