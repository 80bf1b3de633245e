/**
 * Creates the table of the roles that the Worker may run as. It is in the schema of the list of migrations, where the Worker can't write:
 * otherwise a role could add itself, and the next migration would grant it rights.
 */
export const CREATE_RUNTIME_ROLES =
  "create table if not exists drizzle.runtime_roles (name text primary key)";

/**
 * Grants each role of that table the rights that the Worker needs, and revokes all others. The roles can read, add, change and remove the
 * rows of every table, but can only read and add audit events: functions of the owner change and remove these. Only owners can create
 * objects. This is part of each migration, so that new tables have their grants immediately. Default privileges would also cover
 * partitions, and open their rows without the checks of their table.
 */
export const GRANT_TO_RUNTIME_ROLES = `do $$
  declare
    v_role text;
    v_command text;
  begin
    if to_regclass('drizzle.runtime_roles') is null then
      return;
    end if;
    for v_role in select quote_ident(rolname) from drizzle.runtime_roles join pg_roles on rolname = name loop
      execute 'revoke create on schema public from public';
      execute format('revoke create, temporary on database %I from public', current_database());
      execute format('grant usage on schema public, drizzle to %s', v_role);
      execute format('grant select on drizzle.__drizzle_migrations to %s', v_role);
      for v_command in
        with owned as (
          select oid::regclass as name, relname, relkind = 'S' as is_sequence, relispartition from pg_class
           where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'S') and pg_has_role(relowner, 'usage')
        )
        select format('revoke all on %s from %s', name, v_role) from owned where not is_sequence
        union all
        select format('grant select, insert%s on %s to %s', case relname when 'audit_events' then '' else ', update, delete' end,
                      name, v_role)
          from owned where not is_sequence and not relispartition
        union all
        select format('grant usage on sequence %s to %s', name, v_role) from owned where is_sequence
        union all
        select format('grant execute on routine %s to %s', oid::regprocedure, v_role) from pg_proc
         where pronamespace = 'public'::regnamespace and prokind in ('f', 'p') and pg_has_role(proowner, 'usage')
         order by 1 desc
      loop
        execute v_command;
      end loop;
    end loop;
  end $$`;
