#!/usr/bin/env bash
# Writes Sources/Shared/Wire/Generated from proto/. Needs protoc (Debian: protobuf-compiler); builds the Swift
# plugin from the package's own checkout of swift-protobuf the first time.
set -euo pipefail
cd "$(dirname "$0")/.."
plugin=${PROTOC_GEN_SWIFT:-.build-protoc/release/protoc-gen-swift}
if [ ! -x "$plugin" ]; then
  swift package resolve
  swift build -c release --product protoc-gen-swift \
    --package-path .build/checkouts/swift-protobuf --scratch-path .build-protoc
fi
out=Sources/Shared/Wire/Generated
mkdir -p "$out"
protoc --proto_path=proto --plugin=protoc-gen-swift="$plugin" \
  --swift_opt=Visibility=Package --swift_opt=FileNaming=DropPath --swift_out="$out" proto/*.proto
