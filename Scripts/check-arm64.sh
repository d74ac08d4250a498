#!/usr/bin/env bash
# Compiles the portable kernels for arm64, as far as a tool chain for x86-64 can: against the standard library of Embedded Swift,
# with a stand-in for the C library. Says so and succeeds where the tool chain has no such library. Nothing is run.
set -euo pipefail
cd "$(dirname "$0")/.."

target=aarch64-none-none-elf
resources=$(swiftc -print-target-info | python3 -c 'import json, sys; print(json.load(sys.stdin)["paths"]["runtimeResourcePath"])')
if [ ! -d "$resources/embedded/Swift.swiftmodule" ] ||
  ! compgen -G "$resources/embedded/Swift.swiftmodule/*${target%%-*}*" > /dev/null; then
  echo "check-arm64: this tool chain has no standard library for $target; the kernels were not compiled for it"
  exit 0
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
compile() { # MODULE SOURCE...
  swiftc -target "$target" -enable-experimental-feature Embedded -swift-version 6 -wmo -Ounchecked -parse-as-library \
    -package-name easel -I "$folder" -module-alias Glibc=StandInGlibc -DKERNELS_PORTABLE -warnings-as-errors \
    -emit-module -emit-module-path "$folder/$1.swiftmodule" -module-name "$1" -c -o "$folder/$1.o" "${@:2}"
}
cat > "$folder/glibc.swift" << 'SWIFT'
public struct timespec {
  public var tv_sec = 0
  public var tv_nsec = 0
  public init() {}
}
public let CLOCK_MONOTONIC: Int32 = 1
@discardableResult public func clock_gettime(_ clock: Int32, _ time: UnsafeMutablePointer<timespec>) -> Int32 { 0 }
SWIFT
compile StandInGlibc "$folder/glibc.swift"
compile KernelTypes Sources/KernelTypes/*.swift
compile KernelsPortable Sources/KernelsPortable/*.swift
echo "check-arm64: the kernels compile for arm64"
