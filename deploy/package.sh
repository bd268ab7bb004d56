#!/usr/bin/env bash
# Puts the built program into dist/: a tarball that runs from any folder, and a Debian package. Neither needs Swift or
# Python where it is installed. `make package` calls it with the version, after the build.
set -euo pipefail
cd "$(dirname "$0")/.."

version=${1:-}
[ -n "$version" ] || { echo "usage: package.sh VERSION ('make package' says it)" >&2; exit 2; }
arch=$(uname -m)
program=.build/release/roost
arrow=.deps/arrow
[ -x "$program" ] || { echo "package: $program is not there: run 'make build' first" >&2; exit 1; }
built=$("$program" --version)
[ "$built" = "$version" ] || {
  echo "package: $program is version $built, the sources are $version: run 'make build' first" >&2
  exit 1
}

# The same files give the same bytes, whenever they are packed.
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
name=roost-$version-linux-$arch
root=$work/$name
umask 022
mkdir -p "$root"/{bin,lib/roost,share/man/man1,share/bash-completion/completions,share/zsh/site-functions} \
  "$root"/share/{fish/vendor_completions.d,doc/roost,roost}

install -m 755 "$program" "$root/bin/roost"
strip "$root/bin/roost"
# The build looks for libraries in the repository, too, which is a folder of somebody else where this is unpacked.
command -v chrpath > /dev/null || { echo "package: chrpath is missing: apt-get install chrpath" >&2; exit 1; }
# shellcheck disable=SC2016  # The loader's $ORIGIN.
chrpath -r '$ORIGIN/../lib/roost' "$root/bin/roost" > /dev/null

# What the program loads when it needs Arrow, and the library for s3:// paths, which comes later still.
library() {
  local source
  source=$(readlink -f "$1")
  install -m 644 "$source" "$root/lib/roost/$(basename "$1")"
  strip --strip-unneeded "$root/lib/roost/$(basename "$1")"
}
for path in "$arrow"/lib/*.so.*; do
  case $(basename "$path") in
    libarrow.so.* | libarrow_compute.so.* | libparquet.so.* | libarrow_s3.so.*) library "$path" ;;
  esac
done
library .build/release/libroost_arrow.so
# shellcheck disable=SC2016  # The loader's $ORIGIN.
chrpath -r '$ORIGIN' "$root/lib/roost/libroost_arrow.so" > /dev/null

# Which is looked for by its plain name.
ln -s "$(cd "$root/lib/roost" && echo libarrow_s3.so.*)" "$root/lib/roost/libarrow_s3.so"

# Bare machines lack this one; that of the system serves in the Debian package. libstdc++ is on each of them, and the
# one of this machine would ask for a later glibc than the program does.
sqlite=libsqlite3.so.0
# To the end: who stops reading early breaks the pipe now and then, and with it the script.
path=$(ldconfig -p | awk -v name="$sqlite" '$1 == name && !found { found = $NF } END { print found }')
[ -n "$path" ] || { echo "package: $sqlite is not on this machine: apt-get install libsqlite3-0" >&2; exit 1; }
library "$path"

# Whose work is in the program: what is linked into it, and what lies beside it.
licences=$root/share/doc/roost/licences
mkdir "$licences"
licence() {
  local name=$1
  shift
  [ -f "$1" ] || { echo "package: the licence of $name is not at $1" >&2; exit 1; }
  cat "$@" > "$licences/$name.txt"
}
licence arrow "$arrow/LICENSE.txt"
licence openssl /usr/share/doc/libssl-dev/copyright
licence sqlite /usr/share/doc/libsqlite3-0/copyright
toolchain=$(dirname "$(readlink -f "$(command -v "${SWIFT:-swift}")")")
licence swift "$toolchain/../share/swift/LICENSE.txt"
for checkout in .build/checkouts/*/; do
  mapfile -t texts < <(find -H "$checkout" -maxdepth 1 -type f \( -iname 'licen[cs]e*' -o -iname 'notice*' \) | LC_ALL=C sort)
  licence "$(basename "$checkout")" "${texts[@]}"
done

install -m 644 LICENSE "$root/share/doc/roost/"
cp -r docs examples README.md CHANGELOG.md "$root/share/doc/roost/"
cp deploy/README.md "$root/share/doc/roost/deployment.md"
cp -r deploy/systemd deploy/config deploy/ssh deploy/slurm deploy/docker deploy/kubernetes "$root/share/roost/"

"$root/bin/roost" man | gzip -9n > "$root/share/man/man1/roost.1.gz"
# It is read by a shell, not run.
"$root/bin/roost" completions bash | sed '1{/^#!/d}' > "$root/share/bash-completion/completions/roost"
"$root/bin/roost" completions zsh > "$root/share/zsh/site-functions/_roost"
"$root/bin/roost" completions fish > "$root/share/fish/vendor_completions.d/roost.fish"

mkdir -p dist
tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" -C "$work" -c "$name" \
  | gzip -6n > "dist/$name.tar.gz"
echo "dist/$name.tar.gz"

if ! command -v dpkg-deb > /dev/null; then
  echo "package: no dpkg-deb here, so no .deb" >&2
  exit 0
fi
debian=$work/debian
mkdir -p "$debian"/{DEBIAN,usr/lib/systemd/system,etc/roost,usr/share/lintian/overrides}
cp -r "$root/bin" "$root/share" "$debian/usr/"
cp -r "$root/lib/roost" "$debian/usr/lib/"
rm "$debian/usr/lib/roost/$sqlite" "$debian/usr/share/doc/roost"/{LICENSE,licences/sqlite.txt}
rm -r "$debian/usr/share/roost/systemd" "$debian/usr/share/roost/config"
install -m 644 deploy/debian/copyright "$debian/usr/share/doc/roost/copyright"
install -m 644 deploy/debian/lintian-overrides "$debian/usr/share/lintian/overrides/roost"
gzip -9n > "$debian/usr/share/doc/roost/changelog.gz" <<CHANGELOG
roost ($version) unstable; urgency=medium

  * What is new stands in CHANGELOG.md beside this file.

 -- $(sed -n 's/^Maintainer: //p' deploy/debian/control)  $(date -u -R -d "@$SOURCE_DATE_EPOCH")
CHANGELOG
install -m 644 deploy/systemd/*.service "$debian/usr/lib/systemd/system/"
install -m 640 deploy/config/roost.yaml deploy/config/roost.env "$debian/etc/roost/"
install -m 755 deploy/debian/postinst deploy/debian/prerm deploy/debian/postrm "$debian/DEBIAN/"
printf '/etc/roost/roost.yaml\n/etc/roost/roost.env\n' > "$debian/DEBIAN/conffiles"

# What the program and its libraries need of the system, as its packages describe their symbols.
mkdir -p "$work/shlibs/debian"
printf 'Source: roost\n\nPackage: roost\nArchitecture: any\n' > "$work/shlibs/debian/control"
depends=$(cd "$work/shlibs" && dpkg-shlibdeps -O --ignore-missing-info -l"$debian/usr/lib/roost" \
  "$debian/usr/bin/roost" "$debian"/usr/lib/roost/*.so.* 2> "$work/shlibs.log" | sed -n 's/^shlibs:Depends=//p')
[ -n "$depends" ] || { cat "$work/shlibs.log" >&2; echo "package: dpkg-shlibdeps found nothing" >&2; exit 1; }
size=$(du -sk "$debian" | cut -f1)
sed -e "s/@VERSION@/$version/" -e "s/@ARCH@/$(dpkg --print-architecture)/" -e "s/@SIZE@/$size/" \
  -e "s/@DEPENDS@/$depends/" deploy/debian/control > "$debian/DEBIAN/control"
(cd "$debian" && find . -type f ! -path './DEBIAN/*' -printf '%P\0' | LC_ALL=C sort -z | xargs -0 md5sum > DEBIAN/md5sums)
find "$debian" -newermt "@$SOURCE_DATE_EPOCH" -exec touch -hd "@$SOURCE_DATE_EPOCH" {} +
deb=dist/roost_${version}_$(dpkg --print-architecture).deb
dpkg-deb --root-owner-group -Zxz -z2 --build "$debian" "$deb" > /dev/null
echo "$deb"
echo "needs: $depends"
