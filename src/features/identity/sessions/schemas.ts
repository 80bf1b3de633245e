import { z } from "@hono/zod-openapi";
import { pageQuery } from "../../../http/paging.ts";
import { instant, uuid } from "../../../http/schema-parts.ts";
import { UserListItem, UserParams } from "../users/schemas.ts";

/** Ways in which a session's tokens reach the client: in cookies, in bodies, or in both. */
export const TOKEN_DELIVERIES = ["both", "cookie", "body"] as const;
export type TokenDelivery = (typeof TOKEN_DELIVERIES)[number];

/** The delivery that a sign-in requests. */
export const TokenDelivery = z.enum(TOKEN_DELIVERIES).default("both").openapi({
  description:
    "Where to send this session's tokens: `cookie` hides them from scripts and suits browser apps; `body` sets no cookie",
});

const tokens = {
  access_token: z
    .string()
    .optional()
    .openapi({ description: "Absent if the session's delivery is `cookie`" }),
  refresh_token: z
    .string()
    .optional()
    .openapi({ description: "Absent if the session's delivery is `cookie`" }),
  token_type: z.literal("bearer"),
};

export const LoginResponse = z
  .object({ message: z.string().openapi({ example: "Login successful" }), user: UserListItem, ...tokens })
  .openapi("LoginResponse");

export const Token = z.object(tokens).openapi("Token");

export const Session = z
  .object({
    id: uuid(),
    is_current: z.boolean().openapi({ description: "Whether this session sent the request" }),
    device: z.string().nullable().openapi({
      description: "The client, as its `User-Agent` named it at sign-in",
      example: "Firefox on Linux",
    }),
    user_agent: z
      .string()
      .nullable()
      .openapi({ description: "`User-Agent` at sign-in, at most its first 255 characters" }),
    address: z
      .string()
      .nullable()
      .openapi({ description: "The client's address at sign-in", example: "203.0.113.7" }),
    created_at: instant,
    last_seen_at: instant.openapi({
      description:
        "When the session last received tokens. Its last use may be later, by at most the lifetime of an access token",
    }),
    expires_at: instant.openapi({ description: "When the session expires if it is not refreshed" }),
  })
  .openapi("Session");

export const SessionQuery = z.object({
  ...pageQuery,
  sort: z.enum(["created_at", "-created_at"]).default("-created_at"),
});
export type SessionQuery = z.output<typeof SessionQuery>;

export const SessionParams = z.object({
  session_id: uuid().openapi({ param: { name: "session_id", in: "path" } }),
});

export const UserSessionParams = z.object({ ...UserParams.shape, ...SessionParams.shape });
