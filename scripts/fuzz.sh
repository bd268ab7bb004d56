#!/usr/bin/env bash
# Fuzzes one of the targets of fuzz/Targets for some seconds, beginning with what earlier runs found (.build-fuzz/corpus),
# the sound inputs and the kept ones. Goes on after what it finds: that ends up in .build-fuzz/found. Exits with 1 when
# anything was found.
set -euo pipefail
name=$1 seconds=$2
cd "$(dirname "$0")/.."
swift=${SWIFT:-swift}
build=.build-fuzz

# Swift's toolchain brings libFuzzer; the variant without a main of its own.
compiler=$(command -v clang || true)
beside=$(dirname "$(readlink -f "$(command -v "$swift")")")/clang
if [ -x "$beside" ]; then compiler=$beside; fi
[ -n "$compiler" ] || { echo "there is no clang beside $swift" >&2; exit 1; }
runtime=$("$compiler" -print-resource-dir)/lib/linux/libclang_rt.fuzzer_no_main-$(uname -m).a
[ -f "$runtime" ] || { echo "there is no $runtime: this toolchain has no libFuzzer" >&2; exit 1; }
export ROOST_FUZZER_RUNTIME=$runtime
for product in roost_arrow roost-fuzz; do
  "$swift" build -c release --scratch-path "$build" --product "$product"
done
fuzzer=$PWD/$build/release/roost-fuzz

export FUZZER=$name
# The address sanitizer makes frames of the stack larger than they are, and takes Swift's tagged pointers for leaks; a
# backtrace by Swift would take the time of thousands of runs.
ulimit -s 65536
export SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1
corpus=$PWD/$build/corpus/$name
found=$PWD/$build/found/$name
kept=$PWD/Tests/FuzzTests/Inputs/$name
dictionary=$PWD/fuzz/dictionaries/$name.dict
mkdir -p "$corpus" "$found"
"$fuzzer" seeds "$corpus"
options=(
  -fork=1 -ignore_crashes=1 -ignore_timeouts=1 -ignore_ooms=1
  -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -artifact_prefix="$found/"
)
[ -f "$dictionary" ] && options+=(-dict="$dictionary")
folders=("$corpus")
[ -d "$kept" ] && folders+=("$kept")
before=$(find "$found" -type f | wc -l)
(cd "$build" && nice "$fuzzer" "${options[@]}" "${folders[@]}") || true
after=$(find "$found" -type f | wc -l)
if [ "$after" -gt "$before" ]; then
  echo "$((after - before)) found by $name, in $found" >&2
  exit 1
fi
