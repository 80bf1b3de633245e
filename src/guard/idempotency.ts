import { z } from "@hono/zod-openapi";
import type { Context, MiddlewareHandler } from "hono";
import { AppError, causesOf, describeError } from "../core/errors.ts";
import { log } from "../core/logger.ts";
import { fingerprintsOf } from "../core/security/fingerprint.ts";
import { seal, unseal } from "../core/security/sealing.ts";
import { createDatabase } from "../database/client.ts";
import { AnsweredBefore } from "../database/errors.ts";
import { type Claim, keepAnswer, releaseKey } from "../database/idempotency.ts";
import type { AppEnv } from "../http/context.ts";

/**
 * Declares, around what declares who may call it, a route whose requests may be repeated without doing the work twice,
 * if they carry an Idempotency-Key (draft-ietf-httpapi-idempotency-key-header).
 */
export const idempotent = <Declared extends { middleware: MiddlewareHandler<AppEnv>[] }>(
  declared: Declared,
) => ({
  ...declared,
  "x-idempotent": true,
  parameters: [PARAMETER],
  middleware: [...declared.middleware, answerOnce],
});

/** A structured field's string (RFC 9651 3.3.3), or the same without quotes. */
const KEY = /^(?:"((?:[ !#-[\]-~]|\\["\\]){1,255})"|([!#-~]{1,255}))$/;

const PARAMETER = {
  name: "Idempotency-Key",
  in: "header" as const,
  description:
    "Of your choice, new for each thing to be done. Repeated with it within 24 hours, the same request does nothing again and is answered as before, with `Idempotency-Replayed: true`. Errors are not kept.",
  schema: { type: "string" as const, pattern: KEY.source },
  example: '"8e03978e-40d5-43dd-bc93-6894a57f9324"',
};

/** What an answer says beside its body. */
const KEPT_HEADERS = ["Content-Type", "ETag", "Location"];

const KeptAnswer = z.object({ headers: z.record(z.string(), z.string()), body: z.string() });

/** Lets the database claim the key with the work, then keeps the answer; or gives the one that was kept. */
const answerOnce: MiddlewareHandler<AppEnv> = async function answerOnce(c, next) {
  const header = c.req.header("Idempotency-Key");
  if (header === undefined) return next();
  const claim = await claimOf(c, keyIn(header));
  const { db, isClaimed } = c.var.claiming(claim);
  c.set("db", db);
  await next();
  const before = [...causesOf(c.error)].find((cause) => cause instanceof AnsweredBefore);
  if (before) return replay(c, claim, before);
  if (isClaimed()) await settle(c, claim);
};

function keyIn(header: string): string {
  const [, quoted, bare] = KEY.exec(header) ?? [];
  const key = quoted?.replaceAll(/\\(.)/g, "$1") ?? bare;
  if (key !== undefined) return key;
  const message = "Use 1 to 255 printable ASCII characters, in double quotes";
  throw new AppError("VALIDATION_ERROR", {
    details: [{ field: "header.Idempotency-Key", message, type: "invalid_format" }],
  });
}

/** Callers that are not signed in share one owner; who picks the key of another gets no answer but a refusal. */
async function claimOf(c: Context<AppEnv>, key: string): Promise<Claim> {
  const principal = c.get("principal") as AppEnv["Variables"]["principal"] | undefined;
  const request = [c.req.method, c.req.path, await c.req.text()].join("\n");
  const fingerprints = await fingerprintsOf(c.var.settings, request);
  return { owner: principal?.userId ?? "anonymous", key, fingerprints };
}

/**
 * Keeps a success; gives the key free after a refusal. A failure on our side leaves it claimed: nobody knows what was done.
 * The work is done by now, so its answer goes out even if it can't be kept.
 */
async function settle(c: Context<AppEnv>, claim: Claim): Promise<void> {
  const { settings, requestId } = c.var;
  const { status } = c.res;
  if (status >= 500) return;
  const db = createDatabase(settings);
  const settled =
    status < 400
      ? keepAnswer(db, claim, { status, sealedAnswer: await sealAnswer(c, claim) })
      : releaseKey(db, claim);
  await settled.catch((error) =>
    log(settings, "error", "idempotency", "The answer to a request was not kept", {
      request_id: requestId,
      cause: describeError(error),
    }),
  );
}

/** An answer may hold what is shown once, such as a token. */
async function sealAnswer(c: Context<AppEnv>, claim: Claim): Promise<string> {
  const headers = KEPT_HEADERS.flatMap((name) => {
    const value = c.res.headers.get(name);
    return value === null ? [] : [[name, value]];
  });
  const answer = { headers: Object.fromEntries(headers), body: await c.res.clone().text() };
  return seal(c.var.settings, JSON.stringify(answer satisfies z.input<typeof KeptAnswer>), contextOf(claim));
}

/** Where the answer can't be opened, because somebody changed it, the refusal stays as it is. */
async function replay(c: Context<AppEnv>, claim: Claim, { status, sealedAnswer }: AnsweredBefore) {
  const text = await unseal(c.var.settings, sealedAnswer, contextOf(claim));
  if (text === undefined) return;
  const { headers, body } = KeptAnswer.parse(JSON.parse(text));
  c.res = new Response(body, { status, headers: { ...headers, "Idempotency-Replayed": "true" } });
}

const contextOf = ({ owner, key }: Claim) => `idempotency ${owner} ${key}`;
