#!/usr/bin/env bash
# ./dev token
set -euo pipefail
# shellcheck source=tools/dev/common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

usage() {
  cat <<'EOF'
Examples:
  ./dev token demo
  curl -H "Authorization: $(./dev token demo)" http://localhost:8080/api/me/
  curl -H "Authorization: $(./dev token operator --admin)" http://localhost:8081/admin/users/

Usage: ./dev token USER [--admin] [--state DIR]
Prints a whole "Bearer ..." value for the user, who is made (with a random password) if missing. For development.

Options:
  --admin       with the scope admin as well
  --state DIR   the instance's folder (default .dev)
EOF
}

name='' admin=no
while (($# > 0)); do
  case $1 in
    --state)
      need_value "$1" $#
      set_state "$2"
      shift
      ;;
    --admin) admin=yes ;;
    -h | --help)
      usage
      exit 0
      ;;
    -*) misuse "token: unknown option \"$1\". ./dev token --help lists them." ;;
    *)
      [[ -z $name ]] || misuse "token: one user at a time; a name with spaces needs quotes"
      name=$1
      ;;
  esac
  shift
done
[[ -n $name ]] || misuse "token: the user's name is missing. ./dev token --help shows an example."
need_database

find_user() {
  psql_as_owner -At -F ' ' -v name="$name" <<'EOF'
SELECT id, username FROM users WHERE username_key = name_key(:'name');
EOF
}
user=$(find_user)
if [[ -z $user ]]; then
  hash=$(openssl rand -hex 16 | "$state/bin/hash_password")
  psql_as_owner -v name="$name" -v hash="$hash" <<'EOF' || fail "the user \"$name\" cannot be made"
INSERT INTO users (username, password_hash) VALUES (:'name', :'hash') ON CONFLICT DO NOTHING;
EOF
  user=$(find_user)
fi
scopes="thoughts:read thoughts:write profile"
[[ $admin == no ]] || scopes+=" admin"
token=$("$state/bin/token" sign --private-key-file "$state/keys/session-private.pem" \
  --issuer "$(jq -r .environment.SESSION_ISSUER "$state/fnhost.json")" \
  --user-id "${user%% *}" --username "${user#* }" --scopes "$scopes")
printf 'Bearer %s\n' "$token"
