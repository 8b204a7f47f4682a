#!/usr/bin/env bash
# ./dev user
set -euo pipefail
# shellcheck source=tools/dev/common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

usage() {
  cat <<'EOF'
Examples:
  ./dev user grant alice admin     alice administers from her next log-in on
  ./dev user revoke alice admin    within a second she does no more; her sessions and tokens end
  ./dev user logout alice          within a second all her sessions and tokens end; she may log in again
  ./dev user show alice

Usage: ./dev user grant|revoke NAME SCOPE [--state DIR]
       ./dev user logout|show NAME [--state DIR]
Gives a user a right, or takes it away: admin, thoughts:read, thoughts:write or profile. Nothing else gives admin: no
sign-up, no app, no personal token.

Options:
  --state DIR   the instance's folder (default .dev)
EOF
}

words=()
while (($# > 0)); do
  case $1 in
    --state)
      need_value "$1" $#
      set_state "$2"
      shift
      ;;
    -h | --help)
      usage
      exit 0
      ;;
    -*) misuse "user: unknown option \"$1\". ./dev user --help lists them." ;;
    *) words+=("$1") ;;
  esac
  shift
done
action=${words[0]:-} name=${words[1]:-} scope=${words[2]:-}
case $action in
  grant | revoke)
    ((${#words[@]} == 3)) || misuse "user: $action needs a name and a scope. ./dev user --help shows an example."
    case $scope in
      admin | thoughts:read | thoughts:write | profile) ;;
      *) misuse "user: \"$scope\" is not a user's scope: admin, thoughts:read, thoughts:write, profile" ;;
    esac
    ;;
  logout | show) ((${#words[@]} == 2)) || misuse "user: $action needs a name. ./dev user --help shows an example." ;;
  *) misuse "user: \"$action\" is nothing it can do. ./dev user --help lists it." ;;
esac
need_database

as_owner() { psql_as_owner -At -v name="$name" -v scope="$scope"; }

case $action in
  show)
    found=$(as_owner <<'EOF'
SELECT 'id ' || id || ', scopes ' || array_to_string(scopes, ' ') FROM users WHERE username_key = name_key(:'name');
EOF
    )
    ;;
  grant)
    found=$(as_owner <<'EOF'
UPDATE users SET scopes = array_append(array_remove(scopes, :'scope'), :'scope')
WHERE username_key = name_key(:'name') RETURNING 'has ' || array_to_string(scopes, ' ') || ' from the next log-in on';
EOF
    )
    ;;
  revoke | logout) # the scope '' is nobody's
    # As a new password does it: the tokens that carry the right are refused, and so leave their lists.
    found=$(as_owner <<'EOF'
WITH changed AS (
  UPDATE users SET scopes = array_remove(scopes, :'scope'),
    epoch_ms = ceil(extract(epoch FROM clock_timestamp()) * 1000)::bigint
  WHERE username_key = name_key(:'name') RETURNING id, scopes, epoch_ms),
ended AS (DELETE FROM sessions WHERE user_id IN (SELECT id FROM changed)),
personal AS (DELETE FROM personal_tokens WHERE user_id IN (SELECT id FROM changed) RETURNING expiry),
refused AS (
  INSERT INTO revocations (kind, subject, until, epoch_ms)
  SELECT 'user', id, greatest(clock_timestamp() + interval '24 hours', (SELECT max(expiry) FROM personal))
    + interval '1 minute', epoch_ms FROM changed)
SELECT 'has ' || array_to_string(scopes, ' ') || '; all sessions and tokens end within a second' FROM changed;
EOF
    )
    ;;
esac
[[ -n $found ]] || fail "there is no user \"$name\""
printf '%s: %s\n' "$name" "$found"
