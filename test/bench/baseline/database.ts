import pg from "pg";

interface Permission {
  id: string;
  name: string;
}

export interface User {
  id: string;
  username: string;
  email: string;
  is_active: boolean;
  is_superuser: boolean;
  created_at: Date;
}

export interface UserWithRoles extends User {
  first_name: string | null;
  last_name: string | null;
  updated_at: Date | null;
  roles: { id: string; name: string; permissions: Permission[] }[];
}

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 20, idleTimeoutMillis: 600_000 });

const LISTED = "id, username, email, is_active, is_superuser, created_at";

/** Finds an account by its username or email, for a sign-in. */
export async function findAccount(name: string): Promise<(User & { password_hash: string }) | undefined> {
  const { rows } = await pool.query(
    `select ${LISTED}, password_hash from users where lower(username) = lower($1) or lower(email) = lower($1)`,
    [name],
  );
  return rows[0];
}

/** Finds the user of a live session, with their roles and permissions. */
export async function findPrincipal(userId: string, sessionId: string): Promise<UserWithRoles | undefined> {
  const { rows } = await pool.query(
    `select u.id, u.username, u.email, u.is_active, u.is_superuser, u.first_name, u.last_name, u.created_at, u.updated_at,
       (select coalesce(json_agg(json_build_object(
          'id', r.id, 'name', r.name, 'description', r.description, 'created_at', r.created_at, 'updated_at', r.updated_at,
          'permissions', (
            select coalesce(json_agg(json_build_object(
              'id', p.id, 'name', p.name, 'resource', p.resource, 'action', p.action, 'description', p.description,
              'created_at', p.created_at, 'updated_at', p.updated_at) order by p.name), '[]')
            from role_permissions rp join permissions p on p.id = rp.permission_id where rp.role_id = r.id)
        ) order by r.name), '[]')
        from user_roles ur join roles r on r.id = ur.role_id where ur.user_id = u.id) as roles
     from sessions s join users u on u.id = s.user_id
     where s.id = $2 and u.id = $1 and s.expires_at > now() and u.is_active`,
    [userId, sessionId],
  );
  return rows[0];
}

/** Returns a page of the users, oldest first, and the number of all users. */
export async function listUsers(limit: number, skip: number): Promise<{ users: User[]; total: number }> {
  const [page, count] = await Promise.all([
    pool.query(`select ${LISTED} from users order by created_at, id limit $1 offset $2`, [limit, skip]),
    pool.query("select count(*)::int as total from users"),
  ]);
  return { users: page.rows, total: count.rows[0].total };
}

/** Creates a session and returns its id. */
export async function insertSession(userId: string, tokenHash: string): Promise<string> {
  const { rows } = await pool.query(
    "insert into sessions (user_id, token_hash, expires_at) values ($1, $2, now() + interval '7 days') returning id",
    [userId, tokenHash],
  );
  return rows[0].id;
}

/** Replaces the current refresh token of a session with the next one. Returns undefined if no live session has the token. */
export async function rotateSession(
  tokenHash: string,
  nextHash: string,
): Promise<{ id: string; user_id: string } | undefined> {
  const { rows } = await pool.query(
    `update sessions s set token_hash = $2, expires_at = now() + interval '7 days'
     from users u
     where s.token_hash = $1 and s.expires_at > now() and u.id = s.user_id and u.is_active
     returning s.id, s.user_id`,
    [tokenHash, nextHash],
  );
  return rows[0];
}
