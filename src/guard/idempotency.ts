import { z } from "@hono/zod-openapi";
import type { Context, MiddlewareHandler } from "hono";
import { AppError, causesOf, describeError } from "../core/errors.ts";
import { log } from "../core/logger.ts";
import { fingerprintsOf } from "../core/security/fingerprint.ts";
import { seal, unseal } from "../core/security/sealing.ts";
import { createDatabase } from "../database/client.ts";
import { AlreadyAnswered } from "../database/errors.ts";
import { type Claim, releaseKey, storeAnswer } from "../database/idempotency.ts";
import type { AppEnv } from "../http/context.ts";

/**
 * Extends a route's guard so that requests with an Idempotency-Key can be repeated without doing the work twice
 * (draft-ietf-httpapi-idempotency-key-header).
 */
export const idempotent = <Declared extends { middleware: MiddlewareHandler<AppEnv>[] }>(
  declared: Declared,
) => ({
  ...declared,
  "x-idempotent": true,
  parameters: [PARAMETER],
  middleware: [...declared.middleware, answerOnce],
});

/** A structured field's string (RFC 9651 3.3.3), with or without quotes. */
const KEY = /^(?:"((?:[ !#-[\]-~]|\\["\\]){1,255})"|([!#-~]{1,255}))$/;

const PARAMETER = {
  name: "Idempotency-Key",
  in: "header" as const,
  description:
    "A unique key for this operation, chosen by the client. If the same request is repeated with it within 24 hours, nothing is done again: the first response is returned, with `Idempotency-Replayed: true`. Errors are not stored.",
  schema: { type: "string" as const, pattern: KEY.source },
  example: '"8e03978e-40d5-43dd-bc93-6894a57f9324"',
};

/** Response headers that are stored with the body. */
const KEPT_HEADERS = ["Content-Type", "ETag", "Location"];

const KeptAnswer = z.object({ headers: z.record(z.string(), z.string()), body: z.string() });

/** Makes the database claim the key together with the work, then stores the response, or replays the stored one. */
const answerOnce: MiddlewareHandler<AppEnv> = async function answerOnce(c, next) {
  const header = c.req.header("Idempotency-Key");
  if (header === undefined) return next();
  const claim = await claimOf(c, keyIn(header));
  const { db, isClaimed } = c.var.withClaim(claim);
  c.set("db", db);
  await next();
  const before = [...causesOf(c.error)].find((cause) => cause instanceof AlreadyAnswered);
  if (before) return replay(c, claim, before);
  if (isClaimed()) await settle(c, claim);
};

function keyIn(header: string): string {
  const [, quoted, bare] = KEY.exec(header) ?? [];
  const key = quoted?.replaceAll(/\\(.)/g, "$1") ?? bare;
  if (key !== undefined) return key;
  const message = "must be 1 to 255 printable ASCII characters in double quotes";
  throw new AppError("VALIDATION_ERROR", {
    details: [{ field: "header.Idempotency-Key", message, type: "invalid_format" }],
  });
}

/** Returns the claim of the key. Callers that are not signed in share one owner; a reused key with another request is rejected. */
async function claimOf(c: Context<AppEnv>, key: string): Promise<Claim> {
  const principal = c.get("principal") as AppEnv["Variables"]["principal"] | undefined;
  const request = [c.req.method, c.req.path, await c.req.text()].join("\n");
  const fingerprints = await fingerprintsOf(c.var.settings, request);
  return { owner: principal?.userId ?? "anonymous", key, fingerprints };
}

/**
 * Stores the response of a success, and releases the key after a client error. After a server error, the key stays claimed, because it is
 * unknown whether the work was done. If the response can't be stored, it is sent anyway: the work is done.
 */
async function settle(c: Context<AppEnv>, claim: Claim): Promise<void> {
  const { settings, requestId } = c.var;
  const { status } = c.res;
  if (status >= 500) return;
  const db = createDatabase(settings);
  const settled =
    status < 400
      ? storeAnswer(db, claim, { status, sealedAnswer: await sealAnswer(c, claim) })
      : releaseKey(db, claim);
  await settled.catch((error) =>
    log(settings, "error", "idempotency", "A response could not be stored", {
      request_id: requestId,
      cause: describeError(error),
    }),
  );
}

/** Encrypts the response, which may contain a secret that is shown only once, such as a token. */
async function sealAnswer(c: Context<AppEnv>, claim: Claim): Promise<string> {
  const headers = KEPT_HEADERS.flatMap((name) => {
    const value = c.res.headers.get(name);
    return value === null ? [] : [[name, value]];
  });
  const answer = { headers: Object.fromEntries(headers), body: await c.res.clone().text() };
  return seal(c.var.settings, JSON.stringify(answer satisfies z.input<typeof KeptAnswer>), contextOf(claim));
}

/** Replays the stored response. If it can't be decrypted, because it was tampered with, the error response stays. */
async function replay(c: Context<AppEnv>, claim: Claim, { status, sealedAnswer }: AlreadyAnswered) {
  const text = await unseal(c.var.settings, sealedAnswer, contextOf(claim));
  if (text === undefined) return;
  const { headers, body } = KeptAnswer.parse(JSON.parse(text));
  c.res = new Response(body, { status, headers: { ...headers, "Idempotency-Replayed": "true" } });
}

const contextOf = ({ owner, key }: Claim) => `idempotency ${owner} ${key}`;
