import { SwaggerUI } from "@hono/swagger-ui";
import type { Context } from "hono";
import { html, raw } from "hono/html";
import type { AppEnv } from "../../../http/context.ts";
import { createRouter } from "../../../http/router.ts";
import { fetchAsset } from "../../../http/static-files.ts";
import { SWAGGER_PLUGIN, SWAGGER_PLUGIN_NAME } from "./swagger-plugin.ts";

/** Base path of the files that `npm run assets` creates. */
const ASSETS = "/docs/assets";
const DOCUMENT = "/openapi.json";

/**
 * Creates the routes of the OpenAPI document and of the two pages that show it. `describe` returns the document and is called once; the
 * deployment's settings are filled in. The files of the pages come from npm packages and are served from here, so the pages work offline
 * and under a policy that allows no other origin.
 */
export function docs(describe: () => Promise<object>) {
  let document: string | undefined;
  return createRouter()
    .get(DOCUMENT, async (c) => {
      document ??= JSON.stringify(await describe());
      const { MIN_PASSWORD_LENGTH } = c.var.settings;
      return c.body(document.replaceAll("{MIN_PASSWORD_LENGTH}", String(MIN_PASSWORD_LENGTH)), 200, {
        "Content-Type": "application/json",
        "Cache-Control": "public, max-age=60",
      });
    })
    .get("/docs", (c) => page(c, swagger))
    .get("/redoc", (c) => page(c, redoc, "worker-src blob:"))
    .get(`${ASSETS}/*`, async (c) => {
      const file = await fetchAsset(c, c.req.path);
      return c.newResponse(file.body, file);
    });
}

type Html = ReturnType<typeof html>;

/** Sends a page that accepts only scripts and styles with the nonce, and loads nothing from other origins. */
function page(c: Context<AppEnv>, content: (nonce: string) => Html, ...allowed: string[]) {
  const nonce = crypto.randomUUID();
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "connect-src 'self'",
    ...allowed,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
  c.header("Content-Security-Policy", policy);
  return c.html(html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${c.var.settings.APP_NAME}: API</title>
    <link rel="icon" href="${ASSETS}/swagger-ui-dist/favicon-32x32.png" />
    <style nonce="${nonce}">body { margin: 0 }</style>
  </head>
  <body>${content(nonce)}</body>
</html>`);
}

/** Options of Swagger UI. All groups start collapsed: expanded, the API takes a phone seconds to render and is too long to scroll. */
const SWAGGER_OPTIONS = {
  url: DOCUMENT,
  docExpansion: "none",
  filter: true,
  deepLinking: true,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  plugins: [SWAGGER_PLUGIN_NAME],
};

/** Turns on Swagger UI's dark colors, which otherwise only its top bar can do, and this page has none. */
const FOLLOW_COLOR_SCHEME = `
    <script>
      const dark = matchMedia("(prefers-color-scheme: dark)");
      const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
      dark.addEventListener("change", follow);
      follow();
    </script>`;

/**
 * Fixes for Swagger UI's style. On a phone, the table of responses would be wider than the screen; its column of links is hidden, since
 * the document has none. The text in tables of headers gets a readable color.
 */
const STYLE = `
    <style>
      @media (max-width: 640px) {
        .swagger-ui .opblock .responses-table { table-layout: fixed }
        .swagger-ui .opblock .response-col_status { width: 4em }
        .swagger-ui .opblock .response-col_links { display: none }
        .swagger-ui .opblock .response-col_description { width: auto; min-width: 0; overflow-wrap: anywhere }
      }
      html.dark-mode .swagger-ui .opblock table.headers :is(td, th) { color: #e4e6e6 }
      .swagger-ui .opblock table.headers .header-example { color: inherit }
    </style>`;

function swagger(nonce: string): Html {
  const markup = SwaggerUI({ baseUrl: ASSETS, ...SWAGGER_OPTIONS });
  return raw(
    (STYLE + FOLLOW_COLOR_SCHEME + SWAGGER_PLUGIN + markup).replaceAll(
      /<(script|link|style)/g,
      `$& nonce="${nonce}"`,
    ),
  );
}

/** Returns the content of the ReDoc page. `cli/assets.ts` patches ReDoc so that its style elements get the script's nonce. */
const redoc = (nonce: string): Html => html`
    <redoc spec-url="${DOCUMENT}"></redoc>
    <script nonce="${nonce}" src="${ASSETS}/redoc/redoc.standalone.js"></script>`;
