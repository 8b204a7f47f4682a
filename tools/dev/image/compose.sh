#!/usr/bin/env bash
# compose.yaml from the manifests. Sourced by image.
# shellcheck disable=SC2154 # what image.sh sets
set -euo pipefail

# The secrets that functions need, by the places where deploy/containers/needs.json says that they lie.
compose_functions() {
  local name
  for name in $(functions); do
    jq -r --slurpfile needs "$repo/deploy/containers/needs.json" '
      ([.needs[] as $need | $needs[0][$need] // error("deploy/containers/needs.json lacks \($need)")] | add // {}) as $variables |
      ([$variables[] | select(startswith("/run/secrets/")) | ltrimstr("/run/secrets/")] | unique) as $secrets |
      "  \(.name):",
      "    <<: *function",
      "    image: localhost/fnhost/\(.name):${FNHOST_TAG:-dev}",
      "    environment:",
      "      <<: *environment",
      "      FNHOST_LISTEN: unix:///run/fnhost/\(.name).sock",
      ($variables | to_entries[] | "      \(.key): \(.value)"),
      (if $secrets == [] then empty else "    secrets: [\($secrets | join(", "))]" end)
    ' "$repo/functions/$name/function.json"
  done
}

# The YAML is kept to what podman-compose 1.0.3 and docker compose both know.
write_compose() {
  cat -- "$repo/deploy/containers/compose.head.yaml"
  compose_functions
}
