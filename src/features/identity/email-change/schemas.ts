import { z } from "@hono/zod-openapi";
import { MailedToken } from "../email/schemas.ts";

export const EmailChangeToken = z.strictObject({ token: MailedToken }).openapi("EmailChangeToken");
