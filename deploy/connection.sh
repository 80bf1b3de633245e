# shellcheck shell=bash
# Sourced by backup and restore: connects PostgreSQL's tools to the database of MIGRATION_DATABASE_URL.

fail() {
  printf '%s: %s\n' "${0##*/}" "$1" >&2
  exit 1
}

# Sets libpq's variables from the connection string of the tables' owner. A connection string among the arguments of pg_dump or psql
# would show its password to every user of the machine.
connect() {
  local url=${MIGRATION_DATABASE_URL:-}
  if [[ -z $url && -n ${MIGRATION_DATABASE_URL_FILE:-} ]]; then url=$(<"$MIGRATION_DATABASE_URL_FILE"); fi
  [[ -n $url ]] || fail 'MIGRATION_DATABASE_URL is not set. Set it, or MIGRATION_DATABASE_URL_FILE, to the connection string of the owner of the tables.'
  local pattern='^postgres(ql)?://([^:@/?#]+)(:([^@/?#]*))?@(\[[0-9A-Fa-f:.]+\]|[^]:@/?#[]+)(:([0-9]+))?/([^/?#]+)(\?([^#]*))?$'
  [[ $url =~ $pattern ]] || fail 'MIGRATION_DATABASE_URL must be like postgres://user:password@host:5432/database.'
  local host=${BASH_REMATCH[5]} query=${BASH_REMATCH[10]}
  [[ $host != *-pooler.* ]] || fail 'MIGRATION_DATABASE_URL is a connection pool. Use the direct connection string, without -pooler.'
  PGUSER=$(decode "${BASH_REMATCH[2]}")
  PGPASSWORD=$(decode "${BASH_REMATCH[4]}")
  PGHOST=$(tr -d '[]' <<<"$host")
  PGPORT=${BASH_REMATCH[7]:-5432}
  PGDATABASE=$(decode "${BASH_REMATCH[8]}")
  export PGUSER PGPASSWORD PGHOST PGPORT PGDATABASE
  [[ -n $PGPASSWORD ]] || unset PGPASSWORD
  # These would lead to another database.
  unset PGHOSTADDR PGSERVICE
  set_options "$query"
}

set_options() {
  local option
  for option in ${1//&/ }; do
    local value
    value=$(decode "${option#*=}")
    case ${option%%=*} in
      sslmode) export PGSSLMODE=$value ;;
      sslrootcert) export PGSSLROOTCERT=$value ;;
      channel_binding) export PGCHANNELBINDING=$value ;;
      *) fail "MIGRATION_DATABASE_URL has the parameter ${option%%=*}. Use only sslmode, sslrootcert and channel_binding." ;;
    esac
  done
}

# Prints a part of a URL without percent-encoding.
decode() {
  local text=${1//\\/\\\\}
  printf '%b' "${text//%/\\x}"
}

# Prints the result of a query.
query() {
  psql --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 --command="$1"
}

# Prints the major version of the server.
server_version() {
  query "select current_setting('server_version_num')::int / 10000"
}

# Prints the major version of a tool, such as 18 for "pg_dump (PostgreSQL) 18.4".
tool_version() {
  "$1" --version | sed -E 's/^[^0-9]*([0-9]+).*/\1/'
}
