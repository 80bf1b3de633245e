import type { Settings } from "../../../core/config.ts";
import { emailPart } from "../../../core/email-address.ts";
import { AppError, notFound, unauthenticated } from "../../../core/errors.ts";
import { canSendMail } from "../../../core/mail/send.ts";
import { pageRequest } from "../../../core/page.ts";
import { hashNewPassword } from "../../../core/security/new-password.ts";
import { newOneTimeToken } from "../../../core/security/one-time-token.ts";
import { NO_PASSWORD } from "../../../core/security/password.ts";
import type { Principal } from "../../../core/security/principal.ts";
import type { ClosedAccess } from "../../../database/access.ts";
import type { Database } from "../../../database/client.ts";
import type { RequestedChange } from "../../../database/email-changes.ts";
import { violatedUniqueConstraint } from "../../../database/errors.ts";
import type { MailedToken } from "../../../database/one-time-tokens.ts";
import type { OriginScope, PrincipalScope, Scope } from "../../../http/context.ts";
import type { Tagged } from "../../../http/etag.ts";
import { detailsOf } from "../../../http/router.ts";
import * as messages from "../email/messages.ts";
import { newMailedToken, tell } from "../email/service.ts";
import { type Bucket, fromAddress, policiesOf, toRecipient } from "../throttling/policies.ts";
import { countFailure } from "../throttling/service.ts";
import * as repository from "./repository.ts";
import { type CreateUser, type UpdateProfile, type UpdateUser, Username, type UserQuery } from "./schemas.ts";

interface NewAccount {
  email: string;
  username: string;
  password: string;
}

interface Creation {
  isSuperuser?: boolean;
  /** Counts the attempt, and throws if it is one too many: before the password is hashed. */
  count?: () => Promise<void>;
  /** Kept for its email. */
  token?: MailedToken;
}

/**
 * A new account, with the role of every new account.
 *
 * @throws AppError INVALID_PASSWORD, EMAIL_ALREADY_EXISTS, USERNAME_ALREADY_EXISTS, RATE_LIMIT_EXCEEDED
 */
export async function createUser(
  { db, settings }: Scope,
  account: NewAccount,
  { isSuperuser = false, count, token }: Creation = {},
) {
  const user = { ...(await withHash(settings, account, count)), isSuperuser };
  return (await repository.insertUser(db, user, token).catch(explainConflict)) ?? notFound("user");
}

/**
 * A new account for somebody else, who is sent a token to choose the password by: administrators never do (OWASP ASVS 5.0
 * 6.4.6). Until then none matches.
 *
 * @throws AppError EMAIL_ALREADY_EXISTS, USERNAME_ALREADY_EXISTS, RESOURCE_NOT_FOUND for an unknown role,
 * PERMISSION_DENIED for roles without roles:assign or that grant what the caller does not hold, and with a personal token,
 * REAUTHENTICATION_REQUIRED for roles if it is too long since the caller proved who they are
 */
export async function inviteUser(
  scope: PrincipalScope,
  { email, username, first_name: firstName, last_name: lastName, role_ids: roleIds }: CreateUser,
) {
  const token = await newMailedToken("invitation");
  const user = { email, username, firstName, lastName, passwordHash: NO_PASSWORD };
  const invited = { actorId: scope.principal.userId, user, token, roleIds };
  const proof = recentProof(scope.settings, scope.principal);
  const throttle = throttleOf(scope, { email });
  const created = await repository
    .insertInvited(scope.db, invited, proof, throttle)
    .catch((error) => countConflict(scope, error));
  tell(scope, email, messages.invitation(token.text));
  return created ?? notFound("user");
}

/**
 * Makes the first superuser of the account that `readAccount` returns; does nothing once there is one, and then does not call it: a
 * superuser that exists stays valid, even if the rules for new accounts have changed. True if it made one.
 *
 * @throws AppError as `createUser` does
 */
export async function createFirstSuperuser(
  { db, settings }: Scope,
  readAccount: () => NewAccount | undefined,
): Promise<boolean> {
  if (await repository.superuserExists(db)) return false;
  const account = readAccount();
  if (account === undefined) return false;
  return repository.insertFirstSuperuser(db, await withHash(settings, account)).catch(explainConflict);
}

/** The signed-in user, with roles and permissions as they are now. */
export async function getSelf({ db, principal }: PrincipalScope) {
  return (await repository.findUser(db, principal.userId)) ?? unauthenticated();
}

/**
 * The signed-in user after changing what is given. Another email is pending until it is confirmed; both addresses are told.
 *
 * @throws AppError EMAIL_ALREADY_EXISTS, USERNAME_ALREADY_EXISTS, REAUTHENTICATION_REQUIRED for another email if it is
 * too long since they proved who they are (OWASP ASVS 5.0 7.5.1)
 */
export async function updateSelf(scope: PrincipalScope, changes: UpdateProfile) {
  const { db, settings, principal } = scope;
  const settled = await settleUsername(db, principal.userId, changes);
  if (Object.keys(settled).length === 0) return getSelf(scope);
  const { first_name: firstName, last_name: lastName, ...names } = settled;
  const proof = recentProof(settings, principal);
  const { email, change, mails } = await prepareEmail(settings, names.email);
  const update = { changes: { ...names, email, firstName, lastName }, emailChange: change };
  const { user, requested } = await repository
    .updateUser(db, principal.userId, update, proof, throttleOf(scope, names, principal.userId))
    .catch((error) => countConflict(scope, error));
  mails(scope, requested);
  return user ?? unauthenticated();
}

/** A page of the users. */
export function listUsers({ db }: PrincipalScope, query: UserQuery) {
  const q = query.q === undefined ? undefined : { username: query.q, email: emailPart(query.q) };
  return repository.listUsers(db, { ...pageRequest(query), q, isActive: query.is_active });
}

/** The user with `id`, with roles and permissions. @throws AppError RESOURCE_NOT_FOUND */
export async function getUser({ db }: PrincipalScope, id: string) {
  return (await repository.findUser(db, id)) ?? notFound("user");
}

/**
 * The user after `changes` by an administrator; one who is deactivated is signed out everywhere at once, and told by mail.
 * Another email is pending as in `updateSelf`; a confirmed old address can stop it, and has three days to do so before it changes.
 *
 * @throws AppError RESOURCE_NOT_FOUND, EMAIL_ALREADY_EXISTS, USERNAME_ALREADY_EXISTS, PRECONDITION_FAILED,
 * PERMISSION_DENIED for a superuser, for a user with administrative permissions that the caller does not hold unless they are
 * only deactivated, and for another email with a personal token; REAUTHENTICATION_REQUIRED for another email, and for activating
 * a user with administrative permissions, if it is too long since the caller proved who they are; BUSINESS_LOGIC_ERROR for
 * deactivating oneself or the last active superuser
 */
export async function updateUser(
  scope: PrincipalScope,
  id: string,
  changes: UpdateUser,
  seen?: string[] | undefined,
) {
  const { db, settings, principal } = scope;
  const settled = await settleUsername(db, id, changes);
  const { first_name: firstName, last_name: lastName, is_active: isActive, ...names } = settled;
  if (isActive === false) refuseSelf(principal, id, "deactivate");
  const administration = { actorId: principal.userId, id, seen };
  const { email, change, mails } = await prepareEmail(settings, names.email);
  const update = { changes: { ...names, email, firstName, lastName, isActive }, emailChange: change };
  const { user, ended, before, requested } = await repository
    .administerUser(
      db,
      administration,
      update,
      recentProof(settings, principal),
      throttleOf(scope, names, id),
    )
    .catch((error) => countConflict(scope, error));
  mails(scope, requested);
  if (before?.isActive && isActive === false) tell(scope, before.email, messages.accountDeactivated);
  return withEnded(user ?? notFound("user"), ended);
}

/**
 * Deletes a user, who is signed out everywhere at once and told by mail; their names are free again.
 *
 * @throws AppError RESOURCE_NOT_FOUND, PERMISSION_DENIED for a superuser and for a user with administrative permissions that the
 * caller does not hold, BUSINESS_LOGIC_ERROR for oneself or the last active superuser
 */
export async function deleteUser(scope: PrincipalScope, id: string): Promise<void> {
  refuseSelf(scope.principal, id, "delete");
  await deleteAccount(scope, id);
}

/**
 * Deletes the signed-in user's own account, as `deleteUser` does.
 *
 * @throws AppError BUSINESS_LOGIC_ERROR for the last active superuser
 */
export const deleteSelf = (scope: PrincipalScope): Promise<void> =>
  deleteAccount(scope, scope.principal.userId);

async function deleteAccount(scope: PrincipalScope, id: string): Promise<void> {
  const { db, settings, principal } = scope;
  const email = await repository.deleteUser(db, { actorId: principal.userId, id });
  if (email) tell(scope, email, messages.accountDeleted(settings.ERASURE_AFTER_DAYS));
}

/**
 * Brings a deleted user back with the roles they had, and lists the tokens, keys and feeds that must be made again.
 *
 * @throws AppError RESOURCE_NOT_FOUND, EMAIL_ALREADY_EXISTS, USERNAME_ALREADY_EXISTS if a name is taken by now,
 * PERMISSION_DENIED unless the caller holds what these roles grant
 */
export async function restoreUser(scope: PrincipalScope, id: string) {
  const administration = { actorId: scope.principal.userId, id };
  const restored = repository.restoreUser(scope.db, administration, takenNamesOf(scope));
  const { user, ended } = await restored.catch((error) => countConflict(scope, error));
  return withEnded(user ?? notFound("user"), ended);
}

/** Returns `user` with what ended when the account was closed, where there is a list of that. */
const withEnded = <User extends object>({ tag, value }: Tagged<User>, ended: ClosedAccess | undefined) => ({
  tag,
  value: { ...value, ...(ended && { ended }) },
});

/**
 * Replaces a user's roles.
 *
 * @throws AppError RESOURCE_NOT_FOUND for an unknown user or role, PERMISSION_DENIED unless the caller holds what the
 * new roles grant, and the administrative permissions that the user holds
 */
export async function assignRoles({ db, principal }: PrincipalScope, id: string, roleIds: string[]) {
  return (await repository.assignRoles(db, { actorId: principal.userId, id }, roleIds)) ?? notFound("user");
}

/**
 * Returns `changes` with the username as it is kept, or without one that the account has already: a name from before the rules
 * for usernames stays valid. Costs a round trip only where the name is not written as the rules say.
 *
 * @throws AppError VALIDATION_ERROR for a new name that the rules refuse
 */
async function settleUsername<Changes extends { username?: string | undefined }>(
  db: Database,
  id: string,
  changes: Changes,
): Promise<Changes> {
  const { username, ...others } = changes;
  if (username === undefined) return changes;
  const judged = Username.safeParse(username);
  if (judged.data === username) return changes;
  const user = await repository.findUser(db, id);
  if (user?.value.username === username) return others as Changes;
  if (judged.success) return { ...changes, username: judged.data };
  const issues = judged.error.issues.map((issue) => ({ ...issue, path: ["username"] }));
  throw new AppError("VALIDATION_ERROR", { details: detailsOf(issues, "json") });
}

async function withHash(
  settings: Settings,
  { email, username, password }: NewAccount,
  count?: Creation["count"],
) {
  const passwordHash = await hashNewPassword(settings, password, { email, username, count });
  return { email, username, passwordHash };
}

const recentProof = (
  { RECENT_AUTHENTICATION_SECONDS: maxAgeSeconds }: Settings,
  { credential }: Principal,
) => ({ credential, maxAgeSeconds });

/**
 * Prepares another email for an account: a change that the new address must confirm, and the mails that tell both addresses once it
 * is requested (OWASP ASVS 5.0 6.3.7). Where no mail can be sent the email changes at once.
 */
async function prepareEmail(settings: Settings, email: string | undefined) {
  const mails = (_: OriginScope, __: RequestedChange | undefined): void => {};
  if (email === undefined || !canSendMail(settings)) return { email, change: undefined, mails };
  const [toConfirm, toStop] = await Promise.all([newOneTimeToken(), newOneTimeToken()]);
  return {
    email: undefined,
    change: { email, confirmHash: toConfirm.hash, stopHash: toStop.hash },
    mails: (scope: OriginScope, requested: RequestedChange | undefined): void => {
      if (!requested) return;
      tell(scope, email, messages.confirmEmail(toConfirm.text));
      if (!requested.is_stoppable) return;
      const write = requested.is_waiting ? messages.emailWillBeChanged : messages.emailIsChanging;
      tell(scope, requested.from_email, write(toStop.text));
    },
  };
}

/** What counts names that the caller finds to be taken: for their account, and as registrations from their address. */
function takenNamesOf({ settings, origin, principal }: PrincipalScope): Bucket[] {
  const policies = policiesOf(settings);
  return [{ policy: policies.takenNames, of: principal.userId }, ...fromAddress(policies.register, origin)];
}

/** What bounds giving `names` to a new account, or to the one with `id`, and mails to the email among them. */
function throttleOf(
  scope: PrincipalScope,
  { email, username }: { email?: string | undefined; username?: string | undefined },
  id?: string,
): repository.Throttle {
  const policies = policiesOf(scope.settings);
  const open = (email ?? username) ? takenNamesOf(scope) : [];
  if (email === undefined) return { open, attempts: [] };
  return {
    open: [...open, toRecipient(policies.mailToRecipient, email)],
    attempts: [
      ...(id === undefined ? [] : [{ policy: policies.emailChange, of: id }]),
      { policy: policies.mailFromAccount, of: scope.principal.userId },
    ],
  };
}

/**
 * Explains a conflict as `explainConflict` does, and counts a name that was found to be taken.
 *
 * @throws AppError RATE_LIMIT_EXCEEDED if it is one too many
 */
async function countConflict(scope: PrincipalScope, error: unknown): Promise<never> {
  if (isTaken(error)) await countFailure(scope, takenNamesOf(scope));
  return explainConflict(error);
}

const isTaken = (error: unknown) =>
  ["users_email_key", "users_username_key"].includes(violatedUniqueConstraint(error) ?? "");

/** Uniqueness is the database's to decide, so that it holds when two ask at once. */
function explainConflict(error: unknown): never {
  const constraint = violatedUniqueConstraint(error);
  if (constraint === "users_email_key") throw new AppError("EMAIL_ALREADY_EXISTS", { cause: error });
  if (constraint === "users_username_key") throw new AppError("USERNAME_ALREADY_EXISTS", { cause: error });
  throw error;
}

function refuseSelf({ userId }: Principal, id: string, verb: string): void {
  if (userId !== id) return;
  throw new AppError("BUSINESS_LOGIC_ERROR", { message: `You cannot ${verb} your own account.` });
}
