import { z } from "@hono/zod-openapi";
import { pageQuery } from "../../../http/paging.ts";
import { instant, uuid } from "../../../http/schema-parts.ts";
import { UserListItem, UserParams } from "../users/schemas.ts";

/** How the tokens of a session reach its client: in cookies, in bodies, or in both. */
export const TOKEN_DELIVERIES = ["both", "cookie", "body"] as const;
export type TokenDelivery = (typeof TOKEN_DELIVERIES)[number];

/** As it is asked for at sign-in. */
export const TokenDelivery = z.enum(TOKEN_DELIVERIES).default("both").openapi({
  description:
    "Where this session's tokens go: `cookie` keeps them out of reach of scripts and is what a browser app should use; `body` sets no cookie",
});

const tokens = {
  access_token: z
    .string()
    .optional()
    .openapi({ description: "Absent when the session's delivery is `cookie`" }),
  refresh_token: z
    .string()
    .optional()
    .openapi({ description: "Absent when the session's delivery is `cookie`" }),
  token_type: z.literal("bearer"),
};

export const LoginResponse = z
  .object({ message: z.string().openapi({ example: "Login successful" }), user: UserListItem, ...tokens })
  .openapi("LoginResponse");

export const Token = z.object(tokens).openapi("Token");

export const Session = z
  .object({
    id: uuid(),
    is_current: z.boolean().openapi({ description: "Whether it is the session that asks" }),
    device: z
      .string()
      .nullable()
      .openapi({ description: "What the client said of itself at sign-in", example: "Firefox on Linux" }),
    user_agent: z
      .string()
      .nullable()
      .openapi({ description: "`User-Agent` at sign-in: its first 255 characters, if it is longer" }),
    address: z
      .string()
      .nullable()
      .openapi({ description: "The client's address at sign-in", example: "203.0.113.7" }),
    created_at: instant,
    last_seen_at: instant.openapi({
      description: "When it last fetched tokens: at most an access token's life before it was last used",
    }),
    expires_at: instant.openapi({ description: "When it ends, unless it is used before" }),
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
