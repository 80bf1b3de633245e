import { roles } from "../../../database/tables/access.ts";

export const listItem = {
  id: roles.id,
  name: roles.name,
  description: roles.description,
  created_at: roles.createdAt,
};

/** Columns of a role in the API, without its permissions. */
export const publicRole = { ...listItem, updated_at: roles.updatedAt };
