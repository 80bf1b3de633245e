import { canonicalIdentifier } from "../../../core/email-address.ts";
import { AppError } from "../../../core/errors.ts";
import { violatedUniqueConstraint } from "../../../database/errors.ts";
import type { Scope } from "../../../http/context.ts";
import { slugOf } from "../organizations/slugs.ts";
import * as repository from "./repository.ts";

/**
 * Makes an organization out of users of the instance and their personal projects, without invitations, or only returns what would
 * happen. It is for operators on the command line, whom the database trusts: it checks no permissions.
 *
 * @throws AppError RESOURCE_NOT_FOUND for an unknown user, RESOURCE_ALREADY_EXISTS if the slug is taken, BUSINESS_LOGIC_ERROR
 */
export const organize = (
  { db }: Pick<Scope, "db">,
  { slug, owner, members, ...plan }: Omit<repository.Organizing, "slug"> & { slug: string | undefined },
): Promise<repository.Organized> =>
  repository
    .organize(db, {
      ...plan,
      slug: slug ?? slugOf(plan.name),
      owner: canonicalIdentifier(owner),
      members: members?.map(canonicalIdentifier),
    })
    .catch(explainConflict);

function explainConflict(error: unknown): never {
  if (violatedUniqueConstraint(error) !== "organizations_slug_key") throw error;
  throw new AppError("RESOURCE_ALREADY_EXISTS", {
    message: "An organization with this slug already exists. Choose another one with --slug.",
    cause: error,
  });
}
