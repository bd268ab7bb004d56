#!/usr/bin/env bash
# Puts the built program into dist/: a tarball that runs from any folder, and a Debian package. Neither needs Swift or
# Python where it is installed. Called by `make package`, after the build.
set -euo pipefail
cd "$(dirname "$0")/.."

version=$(sed -n 's/.*roostVersion = "\(.*\)"/\1/p' Sources/Shared/Wire/Connections/*.swift | head -n 1)
[ -n "$version" ] || { echo "package: no version found in the sources" >&2; exit 1; }
arch=$(uname -m)
program=.build/release/roost
arrow=.deps/arrow
[ -x "$program" ] || { echo "package: $program is not there: run 'make build' first" >&2; exit 1; }

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

# What the program asks the loader for, and the library for s3:// paths, which it loads itself.
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

# Which is looked for by its plain name.
ln -s "$(cd "$root/lib/roost" && echo libarrow_s3.so.*)" "$root/lib/roost/libarrow_s3.so"

# Bare machines lack these two; those of the system serve in the Debian package.
bundled=(libsqlite3.so.0 libstdc++.so.6)
for soname in "${bundled[@]}"; do
  path=$(ldconfig -p | awk -v name="$soname" '$1 == name && !found++ { print $NF }')
  [ -n "$path" ] || { echo "package: $soname is not on this machine" >&2; exit 1; }
  library "$path"
done

install -m 644 LICENSE "$root/share/doc/roost/"
install -m 644 "$arrow/LICENSE.txt" "$root/share/doc/roost/LICENSE-arrow.txt"
for package in libsqlite3-0 libstdc++6; do
  [ -f "/usr/share/doc/$package/copyright" ] \
    && install -m 644 "/usr/share/doc/$package/copyright" "$root/share/doc/roost/copyright-$package"
done
cp -r docs examples README.md CHANGELOG.md "$root/share/doc/roost/"
cp -r deploy/systemd deploy/config deploy/ssh deploy/slurm "$root/share/roost/"

"$root/bin/roost" man | gzip -9n > "$root/share/man/man1/roost.1.gz"
"$root/bin/roost" completions bash > "$root/share/bash-completion/completions/roost"
"$root/bin/roost" completions zsh > "$root/share/zsh/site-functions/_roost"
"$root/bin/roost" completions fish > "$root/share/fish/vendor_completions.d/roost.fish"

mkdir -p dist
tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" -C "$work" -c "$name" \
  | gzip -9n > "dist/$name.tar.gz"
echo "dist/$name.tar.gz"

if ! command -v dpkg-deb > /dev/null; then
  echo "package: no dpkg-deb here, so no .deb" >&2
  exit 0
fi
debian=$work/debian
mkdir -p "$debian"/{DEBIAN,usr/lib,etc/roost,lib/systemd/system}
cp -r "$root/bin" "$root/share" "$debian/usr/"
cp -r "$root/lib/roost" "$debian/usr/lib/"
for soname in "${bundled[@]}"; do rm "$debian/usr/lib/roost/$soname"; done
rm "$debian"/usr/share/doc/roost/copyright-* "$debian/usr/share/doc/roost/LICENSE"
rm -r "$debian/usr/share/roost/systemd" "$debian/usr/share/roost/config"
install -m 644 deploy/debian/copyright "$debian/usr/share/doc/roost/copyright"
install -m 644 deploy/systemd/*.service "$debian/lib/systemd/system/"
install -m 640 deploy/config/roost.yaml deploy/config/roost.env "$debian/etc/roost/"
install -m 755 deploy/debian/postinst deploy/debian/prerm deploy/debian/postrm "$debian/DEBIAN/"
printf '/etc/roost/roost.yaml\n/etc/roost/roost.env\n' > "$debian/DEBIAN/conffiles"
glibc=$(objdump -T "$root/bin/roost" "$root"/lib/roost/*.so.* | grep -o 'GLIBC_[0-9.]*' | sort -uV | tail -n 1)
size=$(du -sk "$debian" | cut -f1)
sed -e "s/@VERSION@/$version/" -e "s/@ARCH@/$(dpkg --print-architecture)/" -e "s/@SIZE@/$size/" \
  -e "s/@GLIBC@/${glibc#GLIBC_}/" deploy/debian/control > "$debian/DEBIAN/control"
find "$debian" -newermt "@$SOURCE_DATE_EPOCH" -exec touch -hd "@$SOURCE_DATE_EPOCH" {} +
deb=dist/roost_${version}_$(dpkg --print-architecture).deb
dpkg-deb --root-owner-group -Zxz -z2 --build "$debian" "$deb" > /dev/null
echo "$deb"
echo "both need glibc ${glibc#GLIBC_} or later"
