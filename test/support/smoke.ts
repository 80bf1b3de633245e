/** Credentials of an account with a personal token and an API key. */
interface Account {
  username: string;
  password: string;
  token: string;
  key: string;
}

interface Reply {
  status: number;
  body: Record<string, string>;
}

/**
 * Sends basic requests for each feature to a running system: a new account, sessions, personal tokens, projects, time entries, the running entry,
 * reports, WakaTime, ActivityWatch, and administration by the superuser `root`. Returns the status of each request.
 */
export async function sendSmokeRequests(url: string, owner: Account, root: Omit<Account, "token" | "key">) {
  const statuses: Record<string, number> = {};
  const ask = async (
    line: string,
    { bearer, body }: { bearer?: string | undefined; body?: unknown } = {},
  ): Promise<Reply> => {
    const [method = "", path = ""] = line.split(" ");
    const answer = await fetch(url + path, {
      method,
      headers: {
        ...(bearer !== undefined && { Authorization: `Bearer ${bearer}` }),
        ...(body !== undefined && { "Content-Type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    statuses[line.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "ID")] = answer.status;
    return { status: answer.status, body: text.startsWith("{") ? JSON.parse(text) : {} };
  };
  const signIn = async ({ username, password }: { username: string; password: string }) => {
    const { body } = await ask("POST /auth/login", { body: { username, password, token_delivery: "body" } });
    return { access: body.access_token, refresh: body.refresh_token };
  };

  await ask("GET /health/detailed");
  const username = `new-${crypto.randomUUID().slice(0, 8)}`;
  const { body: added } = await ask("POST /auth/register", {
    body: { username, email: `${username}@example.com`, password: owner.password },
  });

  const { access: bearer, refresh } = await signIn(owner);
  await ask("GET /auth/me", { bearer });
  await ask("PUT /auth/me", { bearer, body: { first_name: "Ada" } });
  await ask("POST /auth/refresh", { body: { refresh_token: refresh } });
  await ask("GET /auth/sessions", { bearer });
  await ask("GET /auth/me/data", { bearer });

  const { body: project } = await ask("POST /projects", { bearer, body: { name: `Project of ${username}` } });
  const { body: entry } = await ask("POST /time-entries", {
    bearer,
    body: { started_at: "2026-11-20T08:00:00Z", ended_at: "2026-11-20T09:00:00Z", project_id: project.id },
  });
  await ask(`PATCH /time-entries/${entry.id}`, { bearer, body: { description: "A morning" } });
  const { body: running } = await ask("POST /time-entries/start", { bearer, body: { description: "Now" } });
  await ask(`POST /time-entries/${running.id}/stop`, { bearer });
  await ask("GET /reports/summary?from=2026-11-01&to=2026-11-30&group=project", { bearer });
  await ask("GET /goals/progress", { bearer });
  await ask("GET /time-entries/export?kind=work", { bearer: owner.token });

  await ask("POST /compat/wakatime/v1/users/current/heartbeats", {
    bearer: owner.key,
    body: { entity: "/home/ada/main.ts", type: "file", time: Date.now() / 1000, project: "engine" },
  });
  await ask("GET /compat/wakatime/v1/users/current/statusbar/today", { bearer: owner.key });
  await ask("GET /compat/aw/api/0/buckets", { bearer: owner.token });
  const bucket = `aw-watcher-window_${crypto.randomUUID()}`;
  await ask(`POST /compat/aw/api/0/buckets/${bucket}`, {
    bearer: owner.token,
    body: { client: "aw-watcher-window", type: "currentwindow", hostname: "smoke" },
  });
  await ask(`POST /compat/aw/api/0/buckets/${bucket}/heartbeat?pulsetime=60`, {
    bearer: owner.token,
    body: { timestamp: new Date().toISOString(), duration: 0, data: { app: "Editor", title: "main.ts" } },
  });

  const admin = await signIn(root);
  const { body: role } = await ask("POST /roles", {
    bearer: admin.access,
    body: { name: `Role of ${username}` },
  });
  await ask(`POST /auth/users/${added.id}/roles`, { bearer: admin.access, body: { role_ids: [role.id] } });
  await ask(`POST /auth/users/${added.id}/deactivate`, { bearer: admin.access });
  await ask(`POST /auth/users/${added.id}/activate`, { bearer: admin.access });
  await ask(`DELETE /auth/users/${added.id}`, { bearer: admin.access });
  await ask("GET /audit?limit=5", { bearer: admin.access });
  await ask("POST /auth/logout", { bearer });
  return statuses;
}
