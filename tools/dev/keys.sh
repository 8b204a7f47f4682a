#!/usr/bin/env bash
# ./dev keys
set -euo pipefail
# shellcheck source=tools/dev/common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

usage() {
  cat <<'EOF'
Examples:
  ./dev keys list                which keys there are, which one signs, and from when on the others may go
  ./dev keys rotate              a new key: published first, then it signs; tokens of the old ones stay good
  ./dev keys retire 1.pem        takes an old key away, when no token of it can live any more
  ./dev keys retire 1.pem --now  takes it away although tokens live: they are refused within a second

Usage: ./dev keys list|rotate|retire [FILE] [OPTIONS]
The keys that sign tokens, of an instance. In production the same steps are done by hand: docs/operations.md.

Options:
  --algorithm A   rotate: ES256 (default), RS256 or EdDSA
  --wait SECONDS  rotate: how long the new key is public before it signs (1); whoever caches /.well-known/jwks.json needs
                  as long as it caches
  --now           retire: do not wait for the tokens' end, for a key that others may know
  --state DIR     the instance's folder (default .dev)
EOF
}

# The longest life of a token, a personal one's (session::kPersonalMaxDays), and a day for --wait.
longest_days=367

action='' file='' algorithm=ES256 wait=1 now=no
while (($# > 0)); do
  case $1 in
    --state)
      need_value "$1" $#
      set_state "$2"
      shift
      ;;
    --algorithm | --wait)
      need_value "$1" $#
      [[ $1 == --wait ]] && wait=$2 || algorithm=$2
      shift
      ;;
    --now) now=yes ;;
    -h | --help)
      usage
      exit 0
      ;;
    -*) misuse "keys: unknown option \"$1\". ./dev keys --help lists them." ;;
    *) if [[ -z $action ]]; then action=$1; else file=$1; fi ;;
  esac
  shift
done
[[ $wait =~ ^[0-9]+(\.[0-9]+)?$ ]] || misuse "keys: --wait needs a number of seconds"
need_instance
private=$state/keys/session-private.pem
folder=$state/keys/public

files() { basename -a -- "$folder"/*.pem | sort -V; }
signing() { "$state/bin/token" match --private-key-file "$private" --public-dir "$folder"; }
# successor FILE: the file that signed next, empty for the newest.
successor() { files | sed -n "/^$1\$/{n;p;}"; }
# When the file's key signed for the last time: a second after its successor was made.
superseded_s() { stat -c %Y -- "$folder/$(successor "$1")"; }

list() {
  local each signer
  signer=$(signing)
  for each in $(files); do
    if [[ $each == "$signer" ]]; then
      printf '%s  signs and checks, since %s\n' "$each" "$(date -u -r "$folder/$each" '+%F %T')"
    elif [[ -z $(successor "$each") ]]; then
      printf '%s  checks, does not sign yet\n' "$each"
    else
      printf '%s  checks alone; retire it after %s\n' "$each" \
        "$(date -u -d "@$(($(superseded_s "$each") + longest_days * 86400))" '+%F %T')"
    fi
  done
}

rotate() {
  local last next
  last=$(files | tail -n 1)
  [[ ${last%.pem} =~ ^[0-9]+$ ]] || fail "$folder/$last: the keys' files must be numbered, such as 2.pem"
  next=$((${last%.pem} + 1)).pem
  rm -f -- "$private.next"
  "$state/bin/token" keygen --algorithm "$algorithm" --private "$private.next" --public "$folder/$next"
  own "$private.next" "$folder/$next"
  # Workers look at the files when a token comes whose key they do not know, and else within a second: after the wait
  # none refuses what the new key signs.
  sleep "$wait"
  mv -f -- "$private.next" "$private"
  say "$next signs; tokens of older keys stay good until those are retired"
}

retire() {
  [[ -n $file && $file != */* && -f $folder/$file ]] || misuse "keys: name one of: $(files | tr '\n' ' ')"
  [[ $(signing) != "$file" ]] || fail "$file signs: rotate first"
  [[ -n $(successor "$file") ]] || fail "$file is about to sign, it is the newest"
  local free_s since
  free_s=$(($(superseded_s "$file") + longest_days * 86400))
  if [[ $now == no ]] && (($(date +%s) < free_s)); then
    fail "tokens of $file may live until $(date -u -d "@$free_s" '+%F %T'). For a key that others may know: --now"
  fi
  # Whoever signs looks for a new key within a second: none signs with this one any more when it goes.
  since=$(($(date +%s) - $(stat -c %Z -- "$private")))
  ((since > 1)) || sleep $((2 - since))
  rm -f -- "$folder/$file"
  say "$file is gone: its tokens are refused within a second"
}

case $action in
  list | rotate | retire) "$action" ;;
  *) misuse "keys: \"$action\" is nothing it can do. ./dev keys --help lists it." ;;
esac
