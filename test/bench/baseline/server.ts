import { createHash, randomBytes } from "node:crypto";
import { serve } from "@hono/node-server";
import { verify as verifyHash } from "@node-rs/argon2";
import { type Context, Hono, type MiddlewareHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import { sign, verify } from "hono/jwt";
import { z } from "zod";
import {
  findAccount,
  findPrincipal,
  insertSession,
  listUsers,
  rotateSession,
  type UserWithRoles,
} from "./database.ts";

/**
 * The baseline that the service is compared with: a conventional implementation of a few of its operations, with Hono on Node, a
 * connection pool and native Argon2. It has no audit log, no rate limits, no detection of stolen tokens, no security headers, no
 * request log and no OpenAPI document.
 */
const SECRET = process.env.AUTH_SECRET ?? "";
const Login = z.object({ username: z.string(), password: z.string() });
const Refresh = z.object({ refresh_token: z.string() });
const Page = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(100),
  skip: z.coerce.number().int().min(0).default(0),
});

type Env = { Variables: { user: UserWithRoles } };

const app = new Hono<Env>();

app.onError((error, c) => {
  const status = error instanceof HTTPException ? error.status : error instanceof z.ZodError ? 422 : 500;
  return c.json({ error: error.message }, status);
});

const refusal = (status: 401 | 403) => new HTTPException(status, { message: "Refused." });

/** Loads the caller and their permissions from the database, because a token contains only the state at the time of its issue. */
const signedIn: MiddlewareHandler<Env> = async (c, next) => {
  const [, token] = /^Bearer (.+)$/.exec(c.req.header("Authorization") ?? "") ?? [];
  if (token === undefined) throw refusal(401);
  const claims = await verify(token, SECRET, "HS256").catch(() => undefined);
  const user = claims && (await findPrincipal(String(claims.sub), String(claims.sid)));
  if (!user) throw refusal(401);
  c.set("user", user);
  await next();
};

const requirePermission =
  (permission: string): MiddlewareHandler<Env> =>
  async (c, next) => {
    const { is_superuser, roles } = c.var.user;
    const isHeld = roles.some(({ permissions }) => permissions.some(({ name }) => name === permission));
    if (!is_superuser && !isHeld) throw refusal(403);
    await next();
  };

app.get("/health", (c) => c.json({ status: "healthy", timestamp: new Date().toISOString() }));

app.post("/auth/login", async (c) => {
  const { username, password } = Login.parse(await c.req.json());
  const account = await findAccount(username);
  if (!account || !(await verifyHash(account.password_hash, password)) || !account.is_active)
    throw refusal(401);
  const { password_hash: _, ...user } = account;
  const token = newToken();
  const sessionId = await insertSession(user.id, hashOf(token));
  return c.json({ message: "Login successful", user, ...(await tokensOf(user.id, sessionId, token)) });
});

app.post("/auth/refresh", async (c) => {
  const { refresh_token } = Refresh.parse(await c.req.json());
  const token = newToken();
  const session = await rotateSession(hashOf(refresh_token), hashOf(token));
  if (!session) throw refusal(401);
  return c.json(await tokensOf(session.user_id, session.id, token));
});

app.get("/auth/me", signedIn, (c) => c.json(c.var.user));

app.get("/auth/users", signedIn, requirePermission("users:read"), async (c: Context<Env>) => {
  const { limit, skip } = Page.parse(c.req.query());
  const { users, total } = await listUsers(limit, skip);
  c.header("X-Total-Count", String(total));
  return c.json(users);
});

const newToken = () => randomBytes(32).toString("base64url");
const hashOf = (token: string) => createHash("sha256").update(token).digest("base64url");

async function tokensOf(userId: string, sessionId: string, refreshToken: string) {
  const iat = Math.floor(Date.now() / 1000);
  const claims = { sub: userId, sid: sessionId, iat, exp: iat + 900, jti: crypto.randomUUID() };
  return {
    access_token: await sign(claims, SECRET, "HS256"),
    refresh_token: refreshToken,
    token_type: "bearer",
  };
}

serve({ fetch: app.fetch, hostname: "127.0.0.1", port: Number(process.env.PORT) });
