import { argon2ParametersOf, type Settings } from "../../core/config.ts";
import type { PrincipalScope, Scope } from "../../core/context.ts";
import { AppError, notFound } from "../../core/errors.ts";
import { hashPassword } from "../../core/security/password.ts";
import { passwordProblem } from "../../core/security/password-rules.ts";
import { violatedUniqueConstraint } from "../../database/errors.ts";
import * as repository from "./repository.ts";
import type { UpdateProfile } from "./schemas.ts";

interface NewAccount {
  email: string;
  username: string;
  password: string;
}

/**
 * A new account, with the role of every new account.
 *
 * @throws AppError INVALID_PASSWORD, EMAIL_ALREADY_EXISTS, USERNAME_ALREADY_EXISTS
 */
export async function createUser({ db, settings }: Scope, account: NewAccount, { isSuperuser = false } = {}) {
  const user = { ...withHash(settings, account), isSuperuser };
  const created = await repository.insertUser(db, user).catch(explainConflict);
  if (!created) throw notFound("user");
  return created;
}

/**
 * Makes the first superuser; does nothing once there is one. True if it did.
 *
 * @throws AppError as `createUser` does
 */
export async function createFirstSuperuser({ db, settings }: Scope, account: NewAccount): Promise<boolean> {
  if (await repository.superuserExists(db)) return false;
  return repository.insertFirstSuperuser(db, withHash(settings, account)).catch(explainConflict);
}

/** The signed-in user, with roles and permissions as they are now. */
export async function getSelf({ db, principal }: PrincipalScope) {
  return (await repository.findUser(db, principal.userId)) ?? missing();
}

/**
 * The signed-in user after changing what is given.
 *
 * @throws AppError EMAIL_ALREADY_EXISTS, USERNAME_ALREADY_EXISTS
 */
export async function updateSelf(scope: PrincipalScope, changes: UpdateProfile) {
  if (Object.keys(changes).length === 0) return getSelf(scope);
  const { first_name: firstName, last_name: lastName, ...names } = changes;
  const { db, principal } = scope;
  const updated = await repository
    .updateUser(db, principal.userId, { ...names, firstName, lastName })
    .catch(explainConflict);
  return updated ?? missing();
}

/** The signed-in user's stored hash, and the names that their password must not repeat. */
export async function getCredentials({ db, principal }: PrincipalScope) {
  return (await repository.selectPasswordHash(db, principal.userId)) ?? missing();
}

/**
 * Replaces the password whose hash is `previousHash` and ends every other session of the user, at once.
 *
 * @throws AppError PASSWORD_MISMATCH if the password was changed meanwhile
 */
export async function replacePassword(
  { db, settings, principal }: PrincipalScope,
  change: { previousHash: string; password: string },
) {
  const replaced = await repository.replacePassword(db, {
    userId: principal.userId,
    keptSessionId: principal.sessionId,
    previousHash: change.previousHash,
    passwordHash: hashPassword(change.password, argon2ParametersOf(settings)),
  });
  if (!replaced) throw new AppError("PASSWORD_MISMATCH");
  return replaced;
}

function withHash(settings: Settings, { email, username, password }: NewAccount) {
  const problem = passwordProblem(password, { email, username });
  if (problem) throw new AppError("INVALID_PASSWORD", { message: problem });
  return { email, username, passwordHash: hashPassword(password, argon2ParametersOf(settings)) };
}

/** Uniqueness is the database's to decide, so that it holds when two ask at once. */
function explainConflict(error: unknown): never {
  const constraint = violatedUniqueConstraint(error);
  if (constraint === "users_email_key") throw new AppError("EMAIL_ALREADY_EXISTS", { cause: error });
  if (constraint === "users_username_key") throw new AppError("USERNAME_ALREADY_EXISTS", { cause: error });
  throw error;
}

/** The guard has just seen the account, so it was deleted in this instant. */
function missing(): never {
  throw new AppError("INVALID_TOKEN");
}
