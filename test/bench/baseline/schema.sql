-- Only the tables for accounts and permissions.
create table users (
  id uuid primary key default gen_random_uuid(),
  username text not null,
  email text not null,
  password_hash text not null,
  first_name text,
  last_name text,
  is_active boolean not null default true,
  is_superuser boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz
);
create unique index on users (lower(username));
create unique index on users (lower(email));
create index on users (created_at, id);

create table roles (
  id uuid primary key default gen_random_uuid(),
  name text not null unique,
  description text,
  created_at timestamptz not null default now(),
  updated_at timestamptz
);
create table permissions (
  id uuid primary key default gen_random_uuid(),
  name text not null unique,
  resource text not null,
  action text not null,
  description text,
  created_at timestamptz not null default now(),
  updated_at timestamptz
);
create table role_permissions (
  role_id uuid not null references roles,
  permission_id uuid not null references permissions,
  primary key (role_id, permission_id)
);
create table user_roles (
  user_id uuid not null references users,
  role_id uuid not null references roles,
  primary key (user_id, role_id)
);
create table sessions (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references users,
  token_hash text not null unique,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index on sessions (user_id);
