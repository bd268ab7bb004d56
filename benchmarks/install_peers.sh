#!/usr/bin/env bash
# Installs what the arguments, files of requirements, name into the virtual environment .deps/bench.
set -euo pipefail
cd "$(dirname "$0")/.."

environment=.deps/bench
# Without pip of its own: Debian keeps what that needs in another package.
[ -x "$environment/bin/python" ] || python3 -m venv --without-pip "$environment"
for requirements in "$@"; do
  python3 -m pip --python "$environment/bin/python" install --quiet --disable-pip-version-check \
    -r "$requirements"
done
