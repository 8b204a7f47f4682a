#!/usr/bin/env bash
# ./dev kube up, down, status. Sourced by kube.
# shellcheck disable=SC2154 # what kube.sh sets
set -euo pipefail

url() { printf 'http://localhost:%s' "$port"; }

need_images() {
  local each
  local -a missing=()
  for each in $(images_of_functions); do
    podman image exists "localhost/fnhost/$each:$(tag_of "$each")" || missing+=("$each")
  done
  ((${#missing[@]} > 0)) || return 0
  say "building ${#missing[@]} images"
  "$repo/dev" image --tag "$(<"$state/tag")" --out "$state/containers" "${missing[@]}"
}

# Several at a time: each waits for others' locks now and then.
play_all() {
  local pod
  local -a jobs=()
  for pod in "$@"; do
    play "$pod" &
    jobs+=("$!")
    if ((${#jobs[@]} >= 4)); then
      wait "${jobs[0]}" || return 1
      jobs=("${jobs[@]:1}")
    fi
  done
  for pod in "${jobs[@]}"; do wait "$pod" || return 1; done
}

migrated() {
  local pod container
  pod=$(pod_of migrate)
  container=$(container_of "$pod")
  [[ $(timeout 150 podman wait "$container") == 0 ]] || {
    podman logs --tail 10 "$container" >&2
    fail "the migrations failed (see above)"
  }
  quietly podman pod rm --force --time 0 "$pod"
}

# By which ./dev psql, token and user take the state folder for an instance's, and tests/e2e as well.
write_instance() {
  local password name
  printf 'port=%s\nrun_dir=%s\n' "$port" "$state" >"$state/instance"
  address_of "$(pod_of postgres)" >"$state/database"
  password=$(<"$state/containers/secrets/owner.password")
  install -m 600 /dev/stdin "$state/pgpass" <<<"*:*:*:postgres:$password"
  install -m 600 -- "$state/containers/secrets/session-private.pem" "$state/keys/"
  jq -n --arg issuer "$(url)" '{environment: {SESSION_ISSUER: $issuer}}' >"$state/fnhost.json"
  mkdir -p -- "$state/bin"
  install -m 755 -- "$bin"/functions/shared/{session/token,accounts/hash_password} "$state/bin/"
  for name in "$repo"/functions/*/function.json; do
    install -D -m 644 -- "$name" "$state/functions/$(basename -- "${name%/*}")/function.json"
  done
  own "$state/pgpass" "$state/keys" "$state/keys/session-private.pem"
}

# The user "demo" with some thoughts, as ./dev up has it.
load_demo() {
  mkdir -p -- "$state/secrets"
  sed "s/host=postgres/host=$(<"$state/database")/" "$state/containers/secrets/owner.dsn" | install -m 600 /dev/stdin "$state/secrets/owner.dsn"
  printf %s demo-password | "$state/bin/hash_password" | install -m 600 /dev/stdin "$state/secrets/demo.hash"
  quietly "$bin/sql/seed/seed" demo --database-url-file "$state/secrets/owner.dsn" --password-hash-file "$state/secrets/demo.hash" ||
    fail "no demo data (see above)"
}

kube_up() {
  local began=$EPOCHREALTIME pod
  local -a pods=()
  bash "$here/install.sh" --containers
  port=${want_port:-8080}
  mkdir -p -- "$state"/{keys,out}
  chmod 711 "$state"
  exec 9>>"$state/lock"
  flock -n 9 || fail "another ./dev kube is at work in $state"
  if [[ -f $state/port ]]; then
    [[ -z $want_port || $want_port == "$(<"$state/port")" ]] || fail "$state runs on port $(<"$state/port"). First: ./dev kube down --state $state"
    port=$(<"$state/port")
  fi
  use_podman
  [[ -z $(running) ]] || fail "it runs already: $(url). ./dev kube status shows its pods."
  for pod in "$port" "$((port + 1))"; do
    if port_user "$pod" >/dev/null; then fail "port $pod is taken. Choose two free ones with --port P (P and P+1)."; fi
  done
  printf '%s\n' "$port" >"$state/port"
  printf '%s\n' "${tag:-$(cat "$state/tag" 2>/dev/null || echo dev)}" >"$state/tag"
  touch "$state/tags"
  build_program //functions/shared/session:token //functions/shared/accounts:hash_password //sql/seed:seed
  "$repo/dev" image --secrets --out "$state/containers"
  need_images
  lay_files
  began=$EPOCHREALTIME
  trap 'say "stopping"; remove_all' EXIT
  trap 'exit 130' INT TERM HUP
  podman network exists "$network" || podman network create "$network" >/dev/null
  mapfile -t pods < <(cut -d' ' -f2 "$state/out/list")
  say "starting ${#pods[@]} pods"
  play_all "${pods[@]}" || fail "not all pods start (see above)"
  say "waiting until they are ready"
  lead
  mapfile -t pods < <(awk '$3 == "runs" { print $2 }' "$state/out/list")
  wait_for_pods "${pods[@]}" || fail "not all pods are ready"
  write_instance
  migrated
  load_demo
  curl -sf -o /dev/null -m 5 "http://127.0.0.1:$port/null" || fail "NGINX does not answer at $(url)/null"
  trap - EXIT INT TERM HUP
  say "ready: ${#pods[@]} pods in $(awk -v from="$began" -v to="$EPOCHREALTIME" 'BEGIN { printf "%.0f s", to - from }')"
  cat <<EOF

Thoughts     $(url)/
Internal     http://localhost:$((port + 1))   (administration)
Demo login   demo / demo-password
State        $state

Next:
  ./dev kube deploy login        ./dev kube rollback login        ./dev kube down
EOF
}

remove_all() {
  local -a pods
  mapfile -t pods < <(podman pod ps --quiet --filter "network=$network")
  ((${#pods[@]} == 0)) || quietly podman pod rm --force --time 10 "${pods[@]}" || true
  podman network rm --force "$network" >/dev/null 2>&1 || true
}

need_instance_of_kube() {
  [[ -f $state/port ]] || fail "nothing was started in $state. ./dev kube up starts it."
  port=$(<"$state/port")
  use_podman
}

kube_down() {
  local volume
  need_instance_of_kube
  remove_all
  rm -f -- "$state/port" "$state/database" "$state/pgpass"
  [[ $delete == yes ]] || return 0
  podman volume ls --quiet --filter 'name=^postgres-' | while read -r volume; do
    if grep -q "claimName: $volume\$" "$state/out/pods"/postgres-*.yaml; then podman volume rm --force "$volume" >/dev/null; fi
  done
  rm -rf -- "$state"
}

kube_status() {
  need_instance_of_kube
  printf '%s\n' "$(url)"
  running | while read -r pod address _; do
    printf '%-40s %-16s %s\n' "$pod" "$address" "$(can_serve "$pod" && echo ready || echo 'not ready')"
  done
}
