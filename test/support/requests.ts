import { sql } from "drizzle-orm";
import { hashOfOneTimeToken } from "../../src/core/security/one-time-token.ts";
import { activityRequests } from "./activity-requests.ts";
import { type Answer, PASSWORD, sessionIdIn, type TestApi } from "./api.ts";
import { OPERATIONS } from "./documented.ts";
import { factorRequests, withoutFactors } from "./factor-requests.ts";
import { timeRequests } from "./time-requests.ts";

/** Who asks: a signed-in user, or nobody. */
export interface Actor {
  username: string;
  access?: string | undefined;
  refresh?: string | undefined;
}

/** What goes into an operation's path, query and body. */
export interface Parts {
  params?: Record<string, string>;
  query?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

export type ValidRequests = Record<string, (actor: Actor) => Parts | Promise<Parts>>;

export const NOBODY = "00000000-0000-4000-8000-000000000000";

/** Of AuthZEN: asking about oneself would be free. */
const QUESTION_ABOUT_ANOTHER = {
  subject: { type: "user", id: NOBODY },
  action: { name: "read" },
  resource: { type: "tasks", id: "1" },
};

/**
 * For each operation a request that is valid and finds what it needs: made for it alone by `root`, a superuser,
 * so that it may be changed and deleted. Who may send it is another question.
 */
export function validRequests(api: TestApi, root: { access: string }): ValidRequests {
  const made = async (method: string, path: string, body?: unknown) => {
    const answer = await api.call<{ id: string; name: string }>(method, path, { token: root.access, body });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.text}`);
    return answer.body;
  };
  const account = () => {
    const username = `target-${crypto.randomUUID()}`;
    return { username, email: `${username}@example.com`, password: PASSWORD };
  };
  const newUser = async () => (await made("POST", "/auth/register", account())).id;
  const newRole = () => made("POST", "/roles", { name: crypto.randomUUID() });
  const resource = () => `r${crypto.randomUUID()}`;
  const newPermission = () => made("POST", "/permissions", { resource: resource(), action: "read" });
  const tasksRead = async () => (await made("GET", "/permissions/name/tasks:read")).id;

  const ofUser = async (body?: unknown) => ({ params: { user_id: await newUser() }, body });
  const ofRole = async (body?: unknown) => ({ params: { role_id: (await newRole()).id }, body });
  const ofPermission = async (body?: unknown) => ({
    params: { permission_id: (await newPermission()).id },
    body,
  });
  const ofDeleted = async (collection: string, parts: Promise<{ params: Record<string, string> }>) => {
    const { params } = await parts;
    await made("DELETE", `${collection}/${Object.values(params)[0]}`);
    return { params };
  };

  /** A token for the change of an email that has yet to be confirmed. */
  const ofEmailChange = async (kept: "confirm_hash" | "stop_hash") => {
    const token = crypto.randomUUID();
    const change = {
      user_id: await newUser(),
      confirm_hash: crypto.randomUUID(),
      stop_hash: crypto.randomUUID(),
      [kept]: await hashOfOneTimeToken(token),
    };
    await api.db.execute(sql`
      insert into email_changes (user_id, requested_by, from_email, to_email, confirm_hash, stop_hash, expires_at, stoppable_until)
      select id, id, email, 'new-' || email, ${change.confirm_hash}, ${change.stop_hash}, now() + interval '1 day', now() + interval '7 days'
      from users where id = ${change.user_id}`);
    return { body: { token } };
  };

  const newToken = () => ({ name: "export", scopes: ["tasks:read"] });
  /** Whoever may not have one names one that nobody has. */
  const ownToken = async ({ access }: Actor) => {
    const options = { token: access, body: newToken() };
    const { body } = await api.call<{ id?: string }>("POST", "/auth/tokens", options);
    return body.id ?? NOBODY;
  };

  /** Another session of somebody; of whoever can't sign in, one that nobody has. */
  const newSession = async (username: string) => {
    const { access } = await api.signIn(username);
    return access === undefined ? NOBODY : sessionIdIn(access);
  };
  const ofSignedIn = async () => {
    const body = account();
    const { id } = await made("POST", "/auth/register", body);
    return { params: { user_id: id, session_id: await newSession(body.username) } };
  };
  /** Whoever may not have one names one that nobody has. */
  const ownFeed = async ({ access }: Actor) => {
    const options = { token: access, body: { name: "phone" } };
    const { body } = await api.call<{ id?: string }>("POST", "/calendar-feeds", options);
    return body.id ?? NOBODY;
  };
  const feedFile = async () => {
    const options = { token: (await api.signUp()).access, body: { name: "phone" } };
    const { body } = await api.call<{ url: string }>("POST", "/calendar-feeds", options);
    return body.url.split("/").at(-1) ?? "";
  };

  return {
    createCalendarFeed: () => ({ body: { name: "phone" } }),
    listCalendarFeeds: () => ({}),
    deleteCalendarFeed: async (actor) => ({ params: { feed_id: await ownFeed(actor) } }),
    readCalendarFeed: async () => ({ params: { file: await feedFile() } }),
    getAbout: () => ({}),
    getHealth: () => ({}),
    getDetailedHealth: () => ({}),
    register: () => ({ body: account() }),
    login: async (actor) => {
      await withoutFactors(api, actor);
      return { body: { username: actor.username, password: PASSWORD } };
    },
    logout: () => ({}),
    refresh: ({ refresh }) => ({ body: { refresh_token: refresh } }),
    getMyEmail: () => ({}),
    requestEmailVerification: () => ({}),
    verifyEmail: async () => {
      const registered = account();
      await made("POST", "/auth/register", registered);
      return { body: { token: await api.mailedToken(registered.email) } };
    },
    reviewAccess: async () => {
      const registered = account();
      await made("POST", "/auth/register", registered);
      const { body } = await api.call<{ review_token?: string }>("POST", "/auth/email/verify", {
        body: { token: await api.mailedToken(registered.email) },
      });
      return { body: { review_token: body.review_token, decision: "end" } };
    },
    confirmEmailChange: () => ofEmailChange("confirm_hash"),
    approveEmailChange: () => ofEmailChange("stop_hash"),
    stopEmailChange: () => ofEmailChange("stop_hash"),
    forgotPassword: () => ({ body: { email: account().email } }),
    resetPassword: async () => {
      const { email, username } = account();
      await made("POST", "/auth/users", { email, username });
      return { body: { token: await api.mailedToken(email), new_password: PASSWORD } };
    },
    getMe: () => ({}),
    getMyData: () => ({}),
    updateMe: () => ({ body: { first_name: "Ada" } }),
    deleteMe: () => ({}),
    changeMyPassword: () => ({ body: { current_password: PASSWORD, new_password: PASSWORD } }),
    listSessions: () => ({}),
    endSession: async (actor) => {
      await withoutFactors(api, actor);
      return { params: { session_id: await newSession(actor.username) } };
    },
    endOtherSessions: () => ({}),
    listUserSessions: () => ofUser(),
    endUserSession: () => ofSignedIn(),
    endUserSessions: () => ofUser(),
    reauthenticate: async (actor) => {
      await withoutFactors(api, actor);
      return { body: { password: PASSWORD } };
    },
    ...factorRequests(api),
    resetFactors: () => ofUser(),
    createPersonalToken: () => ({ body: newToken() }),
    listPersonalTokens: () => ({}),
    revokePersonalToken: async (actor) => ({ params: { token_id: await ownToken(actor) } }),
    listUsers: () => ({}),
    createUser: () => {
      const { email, username } = account();
      return { body: { email, username } };
    },
    getUser: () => ofUser(),
    updateUser: () => ofUser({ first_name: "Ada" }),
    deleteUser: () => ofUser(),
    eraseUser: async () => {
      const { username, email } = account();
      const { id } = await made("POST", "/auth/users", { username, email });
      await made("DELETE", `/auth/users/${id}`);
      return { params: { user_id: id }, body: { username } };
    },
    restoreUser: () => ofDeleted("/auth/users", ofUser()),
    activateUser: () => ofUser(),
    deactivateUser: () => ofUser(),
    assignRoles: async () => ofUser({ role_ids: [(await newRole()).id] }),
    listRoles: () => ({}),
    createRole: () => ({ body: { name: crypto.randomUUID() } }),
    getRole: () => ofRole(),
    getRoleByName: async () => ({ params: { role_name: (await newRole()).name } }),
    updateRole: () => ofRole({ description: "changed" }),
    deleteRole: () => ofRole(),
    restoreRole: () => ofDeleted("/roles", ofRole()),
    setRolePermissions: async () => ofRole({ permission_ids: [await tasksRead()] }),
    addRolePermission: async () => ({
      params: { role_id: (await newRole()).id, permission_id: await tasksRead() },
    }),
    removeRolePermission: async () => {
      const params = { role_id: (await newRole()).id, permission_id: await tasksRead() };
      await made("POST", `/roles/${params.role_id}/permissions/${params.permission_id}`);
      return { params };
    },
    listPermissions: () => ({}),
    createPermission: () => ({ body: { resource: resource(), action: "read" } }),
    getPermission: () => ofPermission(),
    getPermissionByName: async () => ({ params: { permission_name: (await newPermission()).name } }),
    listPermissionsOfResource: () => ({ params: { resource: "tasks" } }),
    updatePermission: () => ofPermission({ description: "changed" }),
    deletePermission: () => ofPermission(),
    restorePermission: () => ofDeleted("/permissions", ofPermission()),
    getMyPermissions: () => ({}),
    evaluateAccess: () => ({ body: QUESTION_ABOUT_ANOTHER }),
    evaluateAccessBatch: () => ({ body: { evaluations: [QUESTION_ABOUT_ANOTHER] } }),
    searchSubjects: () => ({ body: { ...QUESTION_ABOUT_ANOTHER, subject: { type: "user" } } }),
    searchResources: () => ({ body: { ...QUESTION_ABOUT_ANOTHER, resource: { type: "tasks" } } }),
    searchActions: () => ({ body: QUESTION_ABOUT_ANOTHER }),
    getAuthzenConfiguration: () => ({}),
    listAuditEvents: () => ({}),
    getPublicKeys: () => ({}),
    getAuthorizationServerMetadata: () => ({}),
    ...timeRequests(made),
    ...activityRequests(api),
  };
}

/** Sends `parts` to the operation. */
export function send(
  api: TestApi,
  operationId: string,
  { params = {}, query = "", body, headers = {} }: Parts,
  token?: string | undefined,
): Promise<Answer<{ error?: string; details?: { field: string; message: string }[] }>> {
  const operation = OPERATIONS.find((known) => known.operationId === operationId);
  if (!operation) throw new Error(`There is no operation ${operationId}.`);
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(params[name] ?? ""),
  );
  return api.call(operation.method, path + query, { token, body, headers });
}
