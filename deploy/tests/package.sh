#!/usr/bin/env bash
# The tarball and the Debian package where there is neither Swift nor Python: in a minimal Debian. `make test-package`.
#
#   package.sh TARBALL DEB [SUITE]
#
# Needs root and debootstrap; a suite is fetched once, into .deps/deploy. All mounts and files are taken away again.
set -euo pipefail
cd "$(dirname "$0")/../.."
[ $# -ge 2 ] || { echo "usage: package.sh TARBALL DEB [SUITE]" >&2; exit 2; }
tarball=$1 deb=$2 suite=${3:-bookworm}
for file in "$tarball" "$deb"; do
  [ -f "$file" ] || { echo "test-package: $file is not there: run 'make package' first" >&2; exit 1; }
done
[ "$(id -u)" = 0 ] || { echo "test-package: a root folder of its own needs root: sudo make test-package" >&2; exit 1; }
command -v debootstrap > /dev/null || { echo "test-package: apt-get install debootstrap" >&2; exit 1; }

work=$(mktemp -d)
root=$work/root
cleanup() {
  if mountpoint -q "$root/proc"; then umount "$root/proc"; fi
  # Not through a mount that somebody else made in it meanwhile.
  rm -rf --one-file-system "$work"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

say() { printf '\n== %s\n' "$*"; }
fail() { echo "test-package: $*" >&2; exit 1; }

# A job with an output in files, in a folder of its own.
write_job() {
  mkdir -p "$1"
  awk 'BEGIN { srand(5); print "store,price,units"
    for (i = 0; i < 4000; i++) { p = rand(); printf "s%d,%.4f,%.4f\n", i % 40, p, 9 - 2 * p + rand() } }' > "$1/sales.csv"
  cat > "$1/job.yaml" <<'YAML'
tables:
  sales: {read: sales.csv}
  models: {from: sales, group_by: store, train: {learner: LinearRegression, label: units, features: [price]}}
outputs:
  models: {write: models, mode: overwrite, show: 2}
YAML
}

say "Unpacked here"
mkdir "$work/here"
tar -xzf "$tarball" -C "$work/here"
folder=$(echo "$work"/here/*)
ln -s "$folder/bin/roost" "$work/link"
mkdir "$work/elsewhere"
mv "$folder" "$work/elsewhere/a folder"
ln -sf "$work/elsewhere/a folder/bin/roost" "$work/link"
(cd / && echo "through a link, moved, without an environment: $(env -i "$work/link" --version)")
write_job "$work/data"
(cd / && env -i "$work/link" run "$work/data/job.yaml" --executors 2 --slots 1) 2> "$work/run.log" || {
  cat "$work/run.log" >&2
  fail "the job failed"
}
unresolved=$(ldd "$work/elsewhere/a folder/bin/roost" | grep 'not found' || true)
[ -z "$unresolved" ] || fail "$unresolved"

say "A minimal Debian ($suite)"
cache=.deps/deploy/$suite.tar
if [ ! -f "$cache" ]; then
  mkdir -p .deps/deploy
  debootstrap --variant=minbase "$suite" "$root" > "$work/debootstrap.log" || { tail "$work/debootstrap.log" >&2; exit 1; }
  tar -C "$root" --one-file-system -cf "$cache.part" .
  mv "$cache.part" "$cache"
else
  mkdir "$root"
  tar -C "$root" -xf "$cache"
fi
# $ORIGIN and processes need it.
mount -t proc proc "$root/proc"
within() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root DEBIAN_FRONTEND=noninteractive "$@"; }
for command in swift python3 gcc; do
  if within sh -c "command -v $command" > /dev/null; then fail "there is $command in it"; fi
done
# shellcheck disable=SC2016  # Variables of the shell in it.
within sh -c '. /etc/os-release; echo "$PRETTY_NAME, $(ldd --version | head -n 1), no Swift, no Python"'

say "The tarball in it"
tar -xzf "$tarball" -C "$root/opt"
write_job "$root/srv/data"
within sh -c '/opt/*/bin/roost run /srv/data/job.yaml --executors 2 --slots 1'
[ -f "$root/srv/data/models/_SUCCESS" ] || fail "there is no output"
diff -r -x _SUCCESS "$work/data/models" "$root/srv/data/models" || fail "the output differs from that of this machine"
echo "the bytes are those of this machine"

say "The Debian package in it"
cp "$deb" "$root/tmp/roost.deb"
within sh -c 'apt-get update -qq && apt-get install -y -qq --no-install-recommends /tmp/roost.deb' > "$work/apt.log" 2>&1 \
  || { tail "$work/apt.log" >&2; fail "the package cannot be installed"; }
within dpkg-query --list roost | tail -n 1
within sh -c 'id roost; ls -l /etc/roost'
rm -rf "$root/srv/data/models"
within chown -R roost:roost /srv/data
within setpriv --reuid roost --regid roost --clear-groups \
  roost run /srv/data/job.yaml --executors 2 --slots 1 > "$work/deb.log" 2>&1 \
  || { cat "$work/deb.log" >&2; fail "the job failed as user roost"; }
diff -r -x _SUCCESS "$work/data/models" "$root/srv/data/models" || fail "the output differs from that of this machine"
echo "a job as user roost: the bytes are those of this machine"
within roost config driver --config /etc/roost/roost.yaml > "$work/config" || fail "roost.yaml is not accepted"
grep -o -- '^--state-dir *[^ ]*' "$work/config" || fail "roost.yaml does not count"
within sh -c 'apt-get purge -y -qq roost' > "$work/apt.log" 2>&1 || { tail "$work/apt.log" >&2; fail "it cannot be removed"; }
left=$(within find / -xdev -path /proc -prune -o -path /opt -prune -o -name '*roost*' ! -path '/tmp/roost.deb' ! -path '/var/log/*' -print)
[ -z "$left" ] || fail "after a purge there is left: $left"
echo "purged: nothing is left"
say "passed"
