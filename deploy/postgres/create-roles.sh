#!/usr/bin/env bash
# Creates the two roles of the service in a new database: the owner of the tables, and the role as which the service runs, which owns
# nothing. The image of PostgreSQL runs this script once, while its volume is empty. Without containers, root runs it.
set -euo pipefail
secrets=${SECRETS:-/run/secrets}

# In the environment, not among the arguments, which are in the list of processes.
OWNER_PASSWORD=$(<"$secrets/owner_password")
APP_PASSWORD=$(<"$secrets/app_password")
export OWNER_PASSWORD APP_PASSWORD

# On its own machine, PostgreSQL recognizes its superuser by the user of the operating system.
psql=(psql)
if [[ $EUID == 0 && -z ${PGHOST:-} ]]; then psql=(runuser --user postgres -- psql); fi

"${psql[@]}" --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" <<'SQL'
\getenv database POSTGRES_DB
\getenv owner_password OWNER_PASSWORD
\getenv app_password APP_PASSWORD
create role tracker_owner login password :'owner_password';
create role tracker_app login password :'app_password';
-- The default of DATABASE_TIMEOUT_MS: PostgreSQL ends a statement when its request has been answered with 503.
alter role tracker_app set statement_timeout = '8000ms';
alter database :"database" owner to tracker_owner;
alter schema public owner to tracker_owner;
revoke connect on database :"database" from public;
grant connect on database :"database" to tracker_app;
SQL
