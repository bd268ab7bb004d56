#!/usr/bin/env bash
# Holds each file of deploy/ against what validates it. Installs what is missing from Debian and PyPI. `make check-deploy`.
set -euo pipefail
cd "$(dirname "$0")/../.."
failed=0
step() { printf '\n== %s\n' "$*"; }
check() { if "$@"; then echo "ok"; else failed=1; fi; }

if ! command -v shellcheck > /dev/null || ! command -v systemd-analyze > /dev/null; then
  apt-get update -qq && apt-get install -y -qq shellcheck systemd > /dev/null
fi
venv=.deps/deploy
if [ ! -x "$venv/bin/check-jsonschema" ]; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install -q -r deploy/tests/requirements.txt
fi

step "shell scripts"
mapfile -t scripts < <(git ls-files | grep -E '\.sh$|\.sbatch$|^deploy/debian/(postinst|prerm|postrm)$|^\.ci/run$')
check shellcheck "${scripts[@]}"

step "units"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# The program is not installed here, and need not be.
for unit in deploy/systemd/*.service; do
  sed 's#^ExecStart=/usr/bin/roost#ExecStart=/bin/true#; /^Documentation=/d' "$unit" > "$work/$(basename "$unit")"
done
check systemd-analyze verify "$work"/*.service
for unit in "$work"/*.service; do
  systemd-analyze security --offline=true "$unit" 2> /dev/null | tail -n 1 || true
done

step "compose.yaml"
check "$venv/bin/check-jsonschema" --builtin-schema vendor.compose-spec deploy/docker/compose.yaml

step "Kubernetes"
check "$venv/bin/python" deploy/tests/kubernetes.py deploy/kubernetes/*.yaml

step "Dockerfile"
if [ -x "$venv/bin/hadolint" ]; then
  check "$venv/bin/hadolint" --ignore DL3008 --failure-threshold warning deploy/docker/Dockerfile
else
  echo "no hadolint here: left out"
fi
exit "$failed"
