#!/usr/bin/env bash
# Installs what Python functions need in tests and examples into the virtual environment .deps/python.
set -euo pipefail
cd "$(dirname "$0")/.."
environment=.deps/python
stamp=$environment/.stamp
if [ -f "$stamp" ] && [ ! scripts/python-requirements.txt -nt "$stamp" ]; then
  touch "$stamp"
  exit 0
fi
echo "installing pandas, pyarrow and scikit-learn (110 MB)"
# Without pip of its own: Debian keeps what that needs in another package.
[ -x "$environment/bin/python" ] || python3 -m venv --without-pip "$environment"
python3 -m pip --python "$environment/bin/python" install --quiet --disable-pip-version-check \
  -r scripts/python-requirements.txt
touch "$stamp"
