import { sql } from "drizzle-orm";
import { bytesOf, longest, page, RECORD_BYTES, type Row } from "./row.ts";

const ROLE: Row = {
  bounded: "as a whole",
  fill: async (api) => {
    const root = await api.signUpHolding("superuser");
    const id = crypto.randomUUID();
    await api.db.execute(
      sql`insert into roles (id, name, description) values (${id}, ${id}, ${longest(255)})`,
    );
    await api.db.execute(sql`
      with made as (
        insert into permissions (resource, action, description)
        select rpad(n::text || '-', 50, chr(1)), rpad('a', 50, chr(1)), ${longest(255)} from generate_series(1, 2000) n returning id)
      insert into role_permissions (role_id, permission_id) select ${id}, id from made`);
    const more = await api.call<{ id: string }>("POST", "/permissions", {
      token: root.access,
      body: { resource: `r${crypto.randomUUID()}`, action: "read" },
    });
    const added = await api.call("POST", `/roles/${id}/permissions/${more.body.id}`, { token: root.access });
    if (added.status !== 400) throw new Error(`One permission too many: ${added.status}`);
    return { path: `/roles/${id}`, token: root.access };
  },
};

const AS_ROLE: Row = { bounded: "elsewhere", why: "as getRole: a role grants 2,000 permissions at most" };
const OF_ADMINISTRATORS: Row = {
  bounded: "elsewhere",
  why: "an account has the roles that administrators gave it, each as getRole",
};

/** Events about a role of as many permissions as there may be. */
const fillAudit: Extract<Row, { fill: unknown }>["fill"] = async (api) => {
  const auditor = await api.signUpHolding("audit:read");
  const target = crypto.randomUUID();
  await api.db.execute(sql`
    insert into audit_events (action, target_type, target_id, details)
    select 'role.permissions_changed', 'role', ${target}, jsonb_build_object('before', names, 'after', names)
    from generate_series(1, 40), (select jsonb_agg(n || ${longest(97)}) as names from generate_series(1, 600) n) as names`);
  return { path: `/audit?target_id=${target}`, token: auditor.access };
};

/** What is about accounts and what they may do. */
export const accountRows: Record<string, Row> = {
  getAbout: { bounded: "by number", items: 20, bytes: RECORD_BYTES },
  getPublicKeys: { bounded: "by number", items: 10, bytes: RECORD_BYTES },
  getAuthorizationServerMetadata: { bounded: "by number", items: 1, bytes: RECORD_BYTES },
  register: OF_ADMINISTRATORS,
  // Each passkey, token, key and feed that was made before: a hundred tokens and as many feeds at most.
  verifyEmail: { bounded: "by number", items: 500, bytes: RECORD_BYTES + bytesOf(100) },
  confirmEmailChange: { bounded: "by number", items: 500, bytes: RECORD_BYTES + bytesOf(100) },
  resetPassword: { bounded: "by number", items: 500, bytes: RECORD_BYTES + bytesOf(100) },
  getMe: OF_ADMINISTRATORS,
  updateMe: OF_ADMINISTRATORS,
  changeMyPassword: OF_ADMINISTRATORS,
  createUser: OF_ADMINISTRATORS,
  getUser: OF_ADMINISTRATORS,
  updateUser: OF_ADMINISTRATORS,
  restoreUser: OF_ADMINISTRATORS,
  activateUser: OF_ADMINISTRATORS,
  deactivateUser: OF_ADMINISTRATORS,
  assignRoles: OF_ADMINISTRATORS,
  listSessions: page(RECORD_BYTES + bytesOf(1000)),
  listUserSessions: page(RECORD_BYTES + bytesOf(1000)),
  listPersonalTokens: page(RECORD_BYTES + bytesOf(100) + 100 * bytesOf(101)),
  beginPasskey: { bounded: "by number", items: 20, bytes: RECORD_BYTES },
  listPasskeys: page(RECORD_BYTES + bytesOf(100)),
  listUsers: page(RECORD_BYTES + bytesOf(100 + 254)),
  listRoles: page(RECORD_BYTES + bytesOf(50 + 255)),
  createRole: AS_ROLE,
  getRole: ROLE,
  updateRole: AS_ROLE,
  getRoleByName: AS_ROLE,
  restoreRole: AS_ROLE,
  setRolePermissions: AS_ROLE,
  addRolePermission: AS_ROLE,
  removeRolePermission: AS_ROLE,
  listPermissions: page(RECORD_BYTES + bytesOf(2 * 101 + 255)),
  listPermissionsOfResource: page(RECORD_BYTES + bytesOf(2 * 101 + 255)),
  listAuditEvents: { bounded: "as a whole", fill: fillAudit },
  "listAuditEvents application/x-ndjson": {
    bounded: "in parts",
    fill: async (api) => ({ ...(await fillAudit(api)), headers: { Accept: "application/x-ndjson" } }),
  },
  searchSubjects: page(RECORD_BYTES),
  searchResources: page(RECORD_BYTES),
  searchActions: page(RECORD_BYTES + bytesOf(50)),
  getMyData: {
    bounded: "in parts",
    fill: async (api) => {
      const ada = await api.signUp();
      await api.db.execute(sql`
        insert into tasks (owner_id, name, description)
        select ${ada.id}, n || ${longest(250)}, ${longest(3000)} from generate_series(1, 150) n`);
      await api.db.execute(sql`
        insert into heartbeats (user_id, at, hash, entity, type, project, is_write)
        select ${ada.id}, now() - n * interval '1 second', md5(n::text)::uuid, n || ${longest(4090)}, 'file', ${longest(255)}, false
        from generate_series(1, 150) n`);
      return { path: "/auth/me/data", token: ada.access };
    },
  },
};
