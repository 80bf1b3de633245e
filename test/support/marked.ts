import { sql } from "drizzle-orm";
import { PASSWORD, sessionIdIn, type TestApi } from "./api.ts";
import { allowUsedCodes, codeNow } from "./authenticator.ts";
import { operationAt } from "./documented.ts";
import { newAuthenticator } from "./passkey.ts";
import { entriesWith } from "./registry.ts";

/** Mark in every text and name of the user, in lower case. */
const MARK = "kestrel9137";
/** Client address of the user. */
const ADDRESS = "2001:db8:9137::1";

/**
 * Creates an account whose owner wrote a mark into every field of every operation, with a known address, user agent and request ids, and
 * records of others that refer to it. Returns as `operations` the operations that were called or that store no text.
 */
export async function writeEverywhere(api: TestApi) {
  const used = new Set(entriesWith("storesNoText").map(({ operationId }) => operationId));
  let token: string | undefined;
  let count = 0;

  async function write<Body = { id: string }>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ) {
    const answer = await api.call<Body>(method, path, {
      body,
      token,
      headers: {
        "User-Agent": `${MARK}/1.0`,
        "CF-Connecting-IP": ADDRESS,
        "X-Request-Id": `${MARK}-${count++}`,
        "Idempotency-Key": `${MARK}-${count}`,
        ...headers,
      },
    });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.text}`);
    used.add(operationAt(method, path)?.operationId ?? "");
    return answer.body;
  }
  const signIn = async (username: string, password: string) => {
    const answer = await write<{ access_token: string; refresh_token: string }>("POST", "/auth/login", {
      username,
      password,
    });
    return { access: answer.access_token, refresh: answer.refresh_token };
  };

  // Another account had the name before.
  const root = await api.signUpHolding("superuser");
  const asRoot = async (method: string, path: string, body?: unknown) =>
    (await api.call<{ id: string }>(method, path, { token: root.access, body })).body;
  const namesake = await asRoot("POST", "/auth/users", { email: "namesake@example.com", username: MARK });
  await asRoot("PUT", `/auth/users/${namesake.id}`, { username: "namesake" });
  used.add("createUser").add("updateUser");

  const first = `${MARK}-first`;
  const { id } = await write("POST", "/auth/register", {
    email: `${first}@example.com`,
    username: first,
    password: PASSWORD,
  });
  await write("POST", "/auth/email/verify", { token: await api.mailedToken(`${first}@example.com`) });
  // For the permission to delete projects and tasks.
  await api.db.execute(
    sql`insert into user_roles (user_id, role_id) select ${id}, id from roles where builtin = 'admin'`,
  );
  ({ access: token } = await signIn(first, PASSWORD));
  const changedEmail = { email: `${MARK}-second@example.com` };
  await write("PUT", "/auth/me", changedEmail);
  const approval = { token: await api.mailedToken(`${first}@example.com`) };
  await write("POST", "/auth/email/approve-change", approval);
  await write("POST", "/auth/email/stop-change", approval);
  await write("PUT", "/auth/me", {
    email: `${MARK}@example.com`,
    username: MARK,
    first_name: MARK,
    last_name: MARK,
  });
  await write("POST", "/auth/email/confirm-change", {
    token: await api.mailedToken(`${MARK}@example.com`),
  });
  await write("POST", "/auth/email/verification");
  const password = `${PASSWORD} too`;
  await write("PUT", "/auth/me/password", { current_password: PASSWORD, new_password: password });
  await write("POST", "/auth/reauthenticate", { password });

  const client = await write("POST", "/clients", { name: MARK });
  const project = await write("POST", "/projects", { name: MARK, client_id: client.id });
  const task = await write("POST", "/tasks", { name: MARK, description: MARK, project_id: project.id });
  const tag = await write("POST", "/tags", { name: MARK });
  const references = { project_id: project.id, task_id: task.id, tag_ids: [tag.id] };
  const entry = await write("POST", "/time-entries", { ...hour(2), ...references, description: MARK });
  const goal = await write("POST", "/goals", {
    name: MARK,
    period: "day",
    direction: "at_least",
    target_seconds: 3600,
    project_id: project.id,
  });
  await write("PATCH", `/clients/${client.id}`, { name: `${MARK} client` });
  await write("PATCH", `/projects/${project.id}`, { name: `${MARK} project` });
  await write("PATCH", `/tasks/${task.id}`, { name: `${MARK} task` });
  await write("PATCH", `/tags/${tag.id}`, { name: `${MARK} tag` });
  await write("PATCH", `/goals/${goal.id}`, { name: `${MARK} goal` });
  await write("PATCH", `/time-entries/${entry.id}`, { description: `${MARK} entry` });
  await write("POST", "/time-entries/bulk", {
    items: [{ do: "create", values: { ...hour(2), description: MARK } }],
  });
  await write("POST", "/time-entries/start", { description: MARK });
  await write("POST", `/time-entries/${entry.id}/resume`);
  for (const path of ["/clients", "/projects", "/tasks", "/tags"]) {
    const deleted = await write("POST", path, { name: `${MARK} deleted` });
    await write("DELETE", `${path}/${deleted.id}`);
  }
  const other = await write("POST", "/time-entries", { ...hour(2), description: `${MARK} deleted` });
  await write("DELETE", `/time-entries/${other.id}`);
  const otherGoal = await write("POST", "/goals", {
    name: MARK,
    period: "day",
    direction: "at_most",
    target_seconds: 60,
    tag_id: tag.id,
  });
  await write("DELETE", `/goals/${otherGoal.id}`);
  await write(
    "POST",
    "/imports?format=toggl",
    `Description,Project,Client,Task,Tags,Start date,Start time,End date,End time\n${Array(5).fill(`${MARK} imported`).join(",")},2026-01-03,10:00:00,2026-01-03,11:00:00\n`,
    { "Content-Type": "text/csv" },
  );
  const imported = await write<{ import_id: string }>("POST", "/imports?format=timewarrior", [
    { start: "20260104T100000Z", end: "20260104T110000Z", annotation: MARK, tags: [MARK] },
  ]);
  await write("DELETE", `/imports/${imported.import_id}`);
  await write("PATCH", "/settings/time", { timezone: "Europe/Berlin" });

  await write("POST", "/auth/tokens", { name: MARK, scopes: ["tasks:read"] });
  const revoked = await write("POST", "/auth/tokens", {
    name: `${MARK} editor`,
    scopes: ["ingest"],
    format: "wakatime",
  });
  await write("DELETE", `/auth/tokens/${revoked.id}`);
  await write("POST", "/calendar-feeds", { name: MARK });

  const rule = { field: "title", match: "contains", pattern: MARK, category: MARK, project_id: project.id };
  const { id: ruleId } = await write("POST", "/activity/rules", rule);
  await write("PATCH", `/activity/rules/${ruleId}`, { category: `${MARK} category` });
  const aw = "/compat/aw/api/0";
  const bucket = { client: MARK, type: MARK, hostname: MARK };
  const event = { timestamp: "2026-01-01T08:00:00Z", duration: 3600, data: { app: MARK, title: MARK } };
  await write("POST", `${aw}/buckets/${MARK}`, bucket);
  await write("POST", `${aw}/buckets/${MARK}/events`, [event]);
  await write("POST", `${aw}/buckets/${MARK}/heartbeat?pulsetime=5`, {
    ...event,
    timestamp: "2026-01-01T10:00:00Z",
  });
  await write("POST", `${aw}/import`, {
    buckets: { [`${MARK}_2`]: { ...bucket, events: [event], data: { note: MARK } } },
  });
  await write("POST", `${aw}/settings/${MARK}`, JSON.stringify(MARK));
  await write("POST", "/activity/entries", { from: "2026-01-01T07:00:00Z", to: "2026-01-01T12:00:00Z" });

  const wakatime = "/compat/wakatime/v1";
  const beat = (ageSeconds: number) => ({
    entity: `/home/${MARK}/notes`,
    type: "file",
    category: MARK,
    project: MARK,
    branch: MARK,
    language: MARK,
    dependencies: [MARK],
    time: Date.now() / 1000 - 2 * 86_400 - ageSeconds,
    user_agent: `wakatime/v1.9.0 (${MARK}-6.1-x86_64) go1.22 ${MARK}/1.0 ${MARK}-wakatime/1.0`,
  });
  const machine = { "X-Machine-Name": MARK };
  await write("POST", `${wakatime}/users/current/heartbeats`, beat(60), machine);
  await write("POST", `${wakatime}/users/current/heartbeats.bulk`, [beat(30), beat(0)], machine);
  await write("POST", `${wakatime}/plugins/errors`, { message: MARK });

  const authenticator = await newAuthenticator();
  const credential = await authenticator.create(await write("POST", "/auth/passkeys/options"));
  const passkey = await write("POST", "/auth/passkeys", { name: MARK, credential });
  await write("PATCH", `/auth/passkeys/${passkey.id}`, { name: `${MARK} phone` });
  await write("POST", "/auth/reauthenticate/options");
  const { secret } = await write<{ secret: string }>("POST", "/auth/factors/totp");
  await write("POST", "/auth/factors/totp/confirm", { code: await codeNow(secret) });
  await write("POST", "/auth/factors/recovery-codes");

  // Signs in by each method, and fails once.
  token = undefined;
  await api.call("POST", "/auth/login", {
    body: { username: MARK, password: "wrong" },
    headers: { "CF-Connecting-IP": ADDRESS, "User-Agent": MARK },
  });
  const { challenge } = await write<{ challenge: string }>("POST", "/auth/login", {
    username: MARK,
    password,
  });
  await allowUsedCodes(api, { username: MARK });
  await write("POST", "/auth/login/second-factor", { challenge, code: await codeNow(secret) });
  const signInWithPasskey = async () => {
    const options = await write<{ challenge: string }>("POST", "/auth/login/passkey/options");
    const proof = await authenticator.get(options, id);
    return write<{ access_token: string; refresh_token: string }>("POST", "/auth/login/passkey", {
      credential: proof,
    });
  };
  const { access_token: otherAccess } = await signInWithPasskey();
  const { access_token, refresh_token } = await signInWithPasskey();
  token = access_token;
  await write("POST", "/auth/refresh", { refresh_token });
  await write("DELETE", `/auth/sessions/${sessionIdIn(otherAccess)}`);
  await write("DELETE", "/auth/sessions");
  await write("POST", "/auth/logout");
  token = undefined;
  // With a verified email, so that the reset keeps the passkey.
  const { rows } = await api.db.execute<{ email: string }>(
    sql`update users set email_verified_at = now() where id = ${id} returning email`,
  );
  const email = rows[0]?.email ?? "";
  await write("POST", "/auth/password/forgot", { email });
  await write("POST", "/auth/password/reset", {
    token: await api.mailedToken(email),
    new_password: `${PASSWORD} again`,
  });
  ({ access_token: token } = await signInWithPasskey());

  // The user is a member of the organization of another user, who also invited their address elsewhere.
  await api.db.execute(sql`
    with founded as (
      insert into organizations (name, slug, created_by)
      select 'Acme', slug, ${root.id}::uuid from unnest(array['first', 'second']) as slug returning id, slug),
    owned as (
      insert into memberships (organization_id, user_id, role_id)
      select founded.id, ${root.id}, r.id from founded, organization_roles r where r.builtin = 'owner'),
    joined as (
      insert into memberships (organization_id, user_id, role_id)
      select founded.id, ${id}, r.id from founded, organization_roles r where founded.slug = 'first' and r.builtin = 'member')
    insert into invitations (organization_id, email, role_id, token_hash, invited_by, expires_at)
    select founded.id, ${email}, r.id, 'hash', ${root.id}, now() + interval '7 days'
    from founded, organization_roles r where founded.slug = 'second' and r.builtin = 'member'`);

  // A colleague with permission to read the records refers to them.
  const colleague = await api.signUpHolding("*");
  const refer = async (path: string, body: object) => {
    const created = await api.call<{ id: string }>("POST", path, { token: colleague.access, body });
    if (created.status >= 300) throw new Error(`${path}: ${created.text}`);
    return `${path}/${created.body.id}`;
  };
  const referring = [
    await refer("/time-entries", { ...hour(4), ...references }),
    await refer("/tasks", { name: "Review", project_id: project.id }),
    ...(await Promise.all(
      [{ client_id: client.id }, { project_id: project.id }, { task_id: task.id }, { tag_id: tag.id }].map(
        (subject) =>
          refer("/goals", {
            name: "Together",
            period: "day",
            direction: "at_least",
            target_seconds: 3600,
            ...subject,
          }),
      ),
    )),
  ];

  return {
    id,
    marks: [MARK, ADDRESS],
    operations: used,
    colleague,
    references: referring,
    namesake,
    root,
    deleteAccount: () => write("DELETE", "/auth/me"),
  };
}

/** Returns an hour of the given day of January 2026. */
const hour = (day: number) => ({
  started_at: `2026-01-0${day}T08:00:00Z`,
  ended_at: `2026-01-0${day}T09:00:00Z`,
});
