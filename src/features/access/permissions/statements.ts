import { permissions } from "../../../database/tables/access.ts";

/** Columns of a permission in the API. */
export const publicPermission = {
  id: permissions.id,
  name: permissions.name,
  resource: permissions.resource,
  action: permissions.action,
  description: permissions.description,
  created_at: permissions.createdAt,
  updated_at: permissions.updatedAt,
};
