import { z } from "@hono/zod-openapi";
import { OwnPermissions } from "../../access/authz/schemas.ts";
import { UserResponse } from "../../identity/users/schemas.ts";
import { TimeSettings } from "../../time/settings/schemas.ts";
import { TimeEntryResponse } from "../../time/time-entries/schemas.ts";

/** The state that a page needs when it opens. */
export const SessionState = z
  .object({
    user: z.union([UserResponse, z.null()]).openapi({ description: "Null if the caller is not signed in" }),
    can_refresh: z.boolean().openapi({
      description:
        "Whether the refresh cookie holds a genuine token, so that `POST /auth/refresh` may sign the caller in. Its session may have ended",
    }),
    permissions: OwnPermissions.shape.permissions,
    settings: z.union([TimeSettings, z.null()]).openapi({ description: "Null if `user` is null" }),
    running: z.union([TimeEntryResponse, z.null()]).openapi({
      description: "The running time entry; null without one, and without `time_entries:read`",
    }),
  })
  .openapi("SessionState");
