import type { Settings } from "../../../core/config.ts";
import { emailPart } from "../../../core/email-address.ts";
import { AppError, notFound, unauthenticated } from "../../../core/errors.ts";
import { canSendMail } from "../../../core/mail/send.ts";
import { pageRequest } from "../../../core/page.ts";
import type { Hasher } from "../../../core/security/hash-turns.ts";
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
import { newMailedToken, sendMailLater } from "../email/service.ts";
import { type Bucket, fromAddress, policiesOf, toRecipient } from "../throttling/policies.ts";
import { countFailure } from "../throttling/service.ts";
import * as repository from "./repository.ts";
import { type CreateUser, type UpdateProfile, type UpdateUser, Username, type UserQuery } from "./schemas.ts";
import { findAccount } from "./statements.ts";

interface NewAccount {
  email: string;
  username: string;
  password: string;
}

interface Creation {
  isSuperuser?: boolean;
  /** Counts the attempt before the password is hashed, and throws if the quota is used up. */
  count?: () => Promise<void>;
  /** One-time token to store for the account's email. */
  token?: MailedToken;
}

/**
 * Creates an account with the default role.
 *
 * @throws AppError INVALID_PASSWORD, EMAIL_ALREADY_EXISTS, USERNAME_ALREADY_EXISTS, RATE_LIMIT_EXCEEDED, SERVICE_BUSY
 */
export async function createUser(
  scope: Pick<Scope, "db"> & Hasher,
  account: NewAccount,
  { isSuperuser = false, count, token }: Creation = {},
) {
  const user = { ...(await withHash(scope, account, count)), isSuperuser };
  return (await repository.insertUser(scope.db, user, token).catch(explainConflict)) ?? notFound("user");
}

/**
 * Creates an account for another person, and mails them a token to choose the password: administrators never choose it (OWASP
 * ASVS 5.0 6.4.6). Until then, the account has no password.
 *
 * @throws AppError EMAIL_ALREADY_EXISTS, USERNAME_ALREADY_EXISTS, RESOURCE_NOT_FOUND for an unknown role,
 * PERMISSION_DENIED for roles without roles:assign, with permissions that the caller does not hold, or with a personal token,
 * REAUTHENTICATION_REQUIRED for roles without recent authentication
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
  sendMailLater(scope, email, messages.invitation(token.text));
  return created ?? notFound("user");
}

/**
 * Creates the first superuser from the account that `readAccount` returns, and returns whether it did. If a superuser exists,
 * does nothing and does not call `readAccount`: the rules for new accounts may have changed since that superuser was created.
 *
 * @throws AppError as `createUser` does
 */
export async function createFirstSuperuser(
  scope: Scope,
  readAccount: () => NewAccount | undefined,
): Promise<boolean> {
  if (await repository.superuserExists(scope.db)) return false;
  const account = readAccount();
  if (account === undefined) return false;
  return repository.insertFirstSuperuser(scope.db, await withHash(scope, account)).catch(explainConflict);
}

/** Returns the current user with their current roles and permissions. */
export async function getSelf({ db, principal }: PrincipalScope) {
  return (await findAccount(db, principal.userId)) ?? unauthenticated();
}

/**
 * Updates the given fields of the current user, and returns the user. A new email is pending until it is confirmed; both
 * addresses are notified.
 *
 * @throws AppError EMAIL_ALREADY_EXISTS, USERNAME_ALREADY_EXISTS, REAUTHENTICATION_REQUIRED for a new email without recent
 * authentication (OWASP ASVS 5.0 7.5.1)
 */
export async function updateSelf(scope: PrincipalScope, changes: UpdateProfile) {
  const { db, settings, principal } = scope;
  const resolved = await resolveUsername(db, principal.userId, changes);
  if (Object.keys(resolved).length === 0) return getSelf(scope);
  const { first_name: firstName, last_name: lastName, ...names } = resolved;
  const proof = recentProof(settings, principal);
  const { email, change, sendMails } = await prepareEmailChange(settings, names.email);
  const update = { changes: { ...names, email, firstName, lastName }, emailChange: change };
  const { user, requested } = await repository
    .updateUser(db, principal.userId, update, proof, throttleOf(scope, names, principal.userId))
    .catch((error) => countConflict(scope, error));
  sendMails(scope, requested);
  return user ?? unauthenticated();
}

/** Lists a page of the users. */
export function listUsers({ db, principal }: PrincipalScope, query: UserQuery) {
  const q = query.q === undefined ? undefined : { username: query.q, email: emailPart(query.q) };
  return repository.listUsers(db, {
    ...pageRequest(query),
    actorId: principal.userId,
    isDeleted: query.deleted,
    q,
    isActive: query.is_active,
  });
}

/** Returns the user with `id`, with roles and permissions. @throws AppError RESOURCE_NOT_FOUND */
export async function getUser({ db }: PrincipalScope, id: string) {
  return (await findAccount(db, id)) ?? notFound("user");
}

/**
 * Updates a user for an administrator, and returns the user. A deactivation immediately ends all the user's access, and notifies
 * the user by mail. A new email is pending as in `updateSelf`; a confirmed old address has three days to stop the change.
 *
 * @throws AppError RESOURCE_NOT_FOUND, EMAIL_ALREADY_EXISTS, USERNAME_ALREADY_EXISTS, PRECONDITION_FAILED,
 * PERMISSION_DENIED for a superuser, for a user with administrative permissions that the caller does not hold (except to
 * deactivate the user), and for a new email with a personal token; REAUTHENTICATION_REQUIRED, without recent authentication, for
 * a new email and for activating a user with administrative permissions; BUSINESS_LOGIC_ERROR for deactivating the caller or the
 * last active superuser
 */
export async function updateUser(
  scope: PrincipalScope,
  id: string,
  changes: UpdateUser,
  expectedTags?: string[] | undefined,
) {
  const { db, settings, principal } = scope;
  const resolved = await resolveUsername(db, id, changes);
  const { first_name: firstName, last_name: lastName, is_active: isActive, ...names } = resolved;
  if (isActive === false) refuseSelf(principal, id, "deactivate");
  const administration = { actorId: principal.userId, id, expectedTags };
  const { email, change, sendMails } = await prepareEmailChange(settings, names.email);
  const update = { changes: { ...names, email, firstName, lastName, isActive }, emailChange: change };
  const { user, ended, previous, requested } = await repository
    .administerUser(
      db,
      administration,
      update,
      recentProof(settings, principal),
      throttleOf(scope, names, id),
    )
    .catch((error) => countConflict(scope, error));
  sendMails(scope, requested);
  if (previous?.isActive && isActive === false)
    sendMailLater(scope, previous.email, messages.accountDeactivated);
  return withEnded(user ?? notFound("user"), ended);
}

/**
 * Deletes a user: immediately ends all their access, frees their email and username, and notifies them by mail.
 *
 * @throws AppError RESOURCE_NOT_FOUND, PERMISSION_DENIED for a superuser and for a user with administrative permissions that the
 * caller does not hold, BUSINESS_LOGIC_ERROR for the caller or the last active superuser
 */
export async function deleteUser(scope: PrincipalScope, id: string): Promise<void> {
  refuseSelf(scope.principal, id, "delete");
  await deleteAccount(scope, id);
}

/**
 * Deletes the current user's account, as `deleteUser` does.
 *
 * @throws AppError BUSINESS_LOGIC_ERROR for the last active superuser
 */
export const deleteSelf = (scope: PrincipalScope): Promise<void> =>
  deleteAccount(scope, scope.principal.userId);

async function deleteAccount(scope: PrincipalScope, id: string): Promise<void> {
  const { db, settings, principal } = scope;
  const email = await repository.deleteUser(db, { actorId: principal.userId, id });
  if (email) sendMailLater(scope, email, messages.accountDeleted(settings.ERASURE_AFTER_DAYS));
}

/**
 * Restores a deleted user with their previous roles, and lists the tokens, keys and feeds that must be created again.
 *
 * @throws AppError RESOURCE_NOT_FOUND, EMAIL_ALREADY_EXISTS, USERNAME_ALREADY_EXISTS if a name has been taken since,
 * PERMISSION_DENIED unless the caller holds the permissions that these roles grant
 */
export async function restoreUser(scope: PrincipalScope, id: string) {
  const administration = { actorId: scope.principal.userId, id };
  const restored = repository.restoreUser(scope.db, administration, takenNamesOf(scope));
  const { user, ended } = await restored.catch((error) => countConflict(scope, error));
  return withEnded(user ?? notFound("user"), ended);
}

/** Returns `user` with the names of the credentials and feeds that ended with the account, if they are given. */
const withEnded = <User extends object>({ tag, value }: Tagged<User>, ended: ClosedAccess | undefined) => ({
  tag,
  value: { ...value, ...(ended && { ended }) },
});

/**
 * Replaces a user's roles.
 *
 * @throws AppError RESOURCE_NOT_FOUND for an unknown user or role, PERMISSION_DENIED unless the caller holds the permissions that
 * the new roles grant and the administrative permissions that the user holds
 */
export async function assignRoles({ db, principal }: PrincipalScope, id: string, roleIds: string[]) {
  return (await repository.assignRoles(db, { actorId: principal.userId, id }, roleIds)) ?? notFound("user");
}

/**
 * Returns `changes` with the username in its stored form, or without it if the account already has it: a username from before
 * the current rules stays valid. Costs a round trip only if the username is not in the form that the rules require.
 *
 * @throws AppError VALIDATION_ERROR for a new username that violates the rules
 */
async function resolveUsername<Changes extends { username?: string | undefined }>(
  db: Database,
  id: string,
  changes: Changes,
): Promise<Changes> {
  const { username, ...others } = changes;
  if (username === undefined) return changes;
  const judged = Username.safeParse(username);
  if (judged.data === username) return changes;
  const user = await findAccount(db, id);
  if (user?.value.username === username) return others as Changes;
  if (judged.success) return { ...changes, username: judged.data };
  const issues = judged.error.issues.map((issue) => ({ ...issue, path: ["username"] }));
  throw new AppError("VALIDATION_ERROR", { details: detailsOf(issues, "json") });
}

async function withHash(
  hasher: Hasher,
  { email, username, password }: NewAccount,
  count?: Creation["count"],
) {
  const passwordHash = await hashNewPassword(hasher, password, { email, username, count });
  return { email, username, passwordHash };
}

const recentProof = (
  { RECENT_AUTHENTICATION_SECONDS: maxAgeSeconds }: Settings,
  { credential }: Principal,
) => ({ credential, maxAgeSeconds });

/**
 * Prepares an email change: the change that the new address must confirm, and the mails that notify both addresses once it is
 * requested (OWASP ASVS 5.0 6.3.7). If the service cannot send mail, the email changes immediately.
 */
async function prepareEmailChange(settings: Settings, email: string | undefined) {
  const sendMails = (_: OriginScope, __: RequestedChange | undefined): void => {};
  if (email === undefined || !canSendMail(settings)) return { email, change: undefined, sendMails };
  const [toConfirm, toStop] = await Promise.all([newOneTimeToken(), newOneTimeToken()]);
  return {
    email: undefined,
    change: { email, confirmHash: toConfirm.hash, stopHash: toStop.hash },
    sendMails: (scope: OriginScope, requested: RequestedChange | undefined): void => {
      if (!requested) return;
      sendMailLater(scope, email, messages.confirmEmail(toConfirm.text));
      if (!requested.is_stoppable) return;
      const write = requested.is_waiting ? messages.emailWillBeChanged : messages.emailIsChanging;
      sendMailLater(scope, requested.from_email, write(toStop.text));
    },
  };
}

/** Returns the buckets that count taken names found by the caller: by account, and as registrations from their address. */
function takenNamesOf({ settings, origin, principal }: PrincipalScope): Bucket[] {
  const policies = policiesOf(settings);
  return [{ policy: policies.takenNames, of: principal.userId }, ...fromAddress(policies.register, origin)];
}

/** Returns the rate limits for giving these names to a new account or to the account `id`, and for mails to the email. */
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
 * Explains a conflict as `explainConflict` does, and counts a name that is already taken.
 *
 * @throws AppError RATE_LIMIT_EXCEEDED if the quota is used up
 */
async function countConflict(scope: PrincipalScope, error: unknown): Promise<never> {
  if (isNameTaken(error)) await countFailure(scope, takenNamesOf(scope));
  return explainConflict(error);
}

const isNameTaken = (error: unknown) =>
  ["users_email_key", "users_username_key"].includes(violatedUniqueConstraint(error) ?? "");

/**
 * Throws the error for a violated unique constraint. The database checks uniqueness, so that it holds for concurrent requests.
 *
 * @throws AppError EMAIL_ALREADY_EXISTS, USERNAME_ALREADY_EXISTS
 */
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
