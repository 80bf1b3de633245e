import { roles } from "../../../database/tables/access.ts";

export const listItem = {
  id: roles.id,
  name: roles.name,
  description: roles.description,
  created_at: roles.createdAt,
};

/** What the API shows of a role, but for its permissions. */
export const publicRole = { ...listItem, updated_at: roles.updatedAt };
