import { SwaggerUI } from "@hono/swagger-ui";
import type { Context } from "hono";
import { html, raw } from "hono/html";
import { AppError } from "../../../core/errors.ts";
import type { AppEnv } from "../../../http/context.ts";
import { createRouter } from "../../../http/router.ts";

/** Where the files of `npm run assets` are served. */
const ASSETS = "/docs/assets";
const DOCUMENT = "/openapi.json";

/**
 * The OpenAPI document, made once by `describe` and completed with the deployment's settings, and the two pages that show it. Their files come from npm
 * packages and are served from here, so they work offline and under a policy that allows nothing else.
 */
export function docs(describe: () => object) {
  let document: string | undefined;
  return createRouter()
    .get(DOCUMENT, (c) => {
      document ??= JSON.stringify(describe());
      const { MIN_PASSWORD_LENGTH } = c.var.settings;
      return c.body(document.replaceAll("{MIN_PASSWORD_LENGTH}", String(MIN_PASSWORD_LENGTH)), 200, {
        "Content-Type": "application/json",
        "Cache-Control": "public, max-age=60",
      });
    })
    .get("/docs", (c) => page(c, swagger))
    .get("/redoc", (c) => page(c, redoc, "worker-src blob:"))
    .get(`${ASSETS}/*`, async (c) => {
      // With the request's own headers, so that a browser that has the file is told so (304). Not with its signal: who leaves
      // the page before its icon came would be an error in the log.
      const { headers } = c.req.raw;
      const file = await c.env.ASSETS?.fetch(new URL(c.req.path, c.req.url), { headers, redirect: "manual" });
      if (!file?.ok && file?.status !== 304) throw new AppError("NOT_FOUND");
      return c.newResponse(file.body, file);
    });
}

type Html = ReturnType<typeof html>;

/** A page that takes no script and no style but those with the nonce, and loads nothing from elsewhere. */
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

/** All groups start folded: unfolded, the whole API takes a phone seconds to draw, and its reader a minute to scroll through. */
const SWAGGER_OPTIONS = {
  url: DOCUMENT,
  docExpansion: "none",
  filter: true,
  deepLinking: true,
  tryItOutEnabled: true,
  displayRequestDuration: true,
} as const;

/** Swagger UI has dark colors, but only its own top bar, which this page does without, turns them on. */
const FOLLOW_COLOR_SCHEME = `
    <script>
      const dark = matchMedia("(prefers-color-scheme: dark)");
      const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
      dark.addEventListener("change", follow);
      follow();
    </script>`;

/**
 * What its own style lacks: room on a phone, where its table of answers is wider than the screen, and colors of the text in its
 * tables of headers that can be read. The document has no links, whose column takes a phone a quarter of that room.
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
    (STYLE + FOLLOW_COLOR_SCHEME + markup).replaceAll(/<(script|link|style)/g, `$& nonce="${nonce}"`),
  );
}

/** Its style elements get the script's nonce, as cli/assets.ts sees to. */
const redoc = (nonce: string): Html => html`
    <redoc spec-url="${DOCUMENT}"></redoc>
    <script nonce="${nonce}" src="${ASSETS}/redoc/redoc.standalone.js"></script>`;
