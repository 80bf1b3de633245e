import { z } from "@hono/zod-openapi";
import { pageQuery } from "../../../http/paging.ts";
import { instant, uuid } from "../../../http/schema-parts.ts";
import { MailedToken } from "../../identity/email/schemas.ts";
import { Email } from "../../identity/users/schemas.ts";

const role = z.object({ id: uuid(), name: z.string().openapi({ example: "member" }) });

/** An open invitation, as its organization sees it. */
export const Invitation = z
  .object({
    id: uuid(),
    organization_id: uuid(),
    email: z.string().openapi({ example: "grace@example.com" }),
    role,
    team_id: uuid().nullable(),
    invited_by: uuid(),
    created_at: instant,
    expires_at: instant,
  })
  .openapi("Invitation");

export const CreateInvitation = z
  .strictObject({
    email: Email,
    role_id: uuid(),
    team_id: uuid()
      .nullable()
      .optional()
      .openapi({ description: "A team of the organization that the person joins as well" }),
  })
  .openapi("CreateInvitation");
export type CreateInvitation = z.output<typeof CreateInvitation>;

/** An open invitation, as the invited person sees it. */
export const OwnInvitation = z
  .object({
    id: uuid(),
    organization: z.object({ id: uuid(), name: z.string().openapi({ example: "Analytical Engines" }) }),
    role,
    created_at: instant,
    expires_at: instant,
  })
  .openapi("OwnInvitation");

export const InvitationToken = z.strictObject({ token: MailedToken }).openapi("InvitationToken");

export const InvitationsParams = z.object({
  organization_id: uuid().openapi({ param: { name: "organization_id", in: "path" } }),
});

export const InvitationParams = z.object({
  ...InvitationsParams.shape,
  invitation_id: uuid().openapi({ param: { name: "invitation_id", in: "path" } }),
});

export const InvitationQuery = z.object({
  ...pageQuery,
  sort: z.enum(["created_at", "-created_at"]).default("-created_at"),
});
export type InvitationQuery = z.output<typeof InvitationQuery>;
