#!/usr/bin/env bash
# Builds the programs as they are passed on, in .build-deb/release: with Swift's library inside, so that no Swift is needed where they
# run, and the same bytes from the same sources, whatever folder they lie in.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ -z "${EASEL_COMMIT:-}" ]; then EASEL_COMMIT=$(git rev-parse --short HEAD 2> /dev/null || true); fi
export EASEL_COMMIT

# Objects of Swift know how long the paths of their sources are, and hashes over them. So it is built under one path everywhere: in a
# view of the file system that only this process has, where that is allowed.
place=/usr/src/easel
own=(unshare --mount)
if [ "$(id -u)" -ne 0 ]; then own+=(--map-root-user); fi
if [ "$PWD" != $place ]; then
  # shellcheck disable=SC2016 # the inner shell's own
  enter='mount -t tmpfs none /usr/src && mkdir $1 && mount --rbind . $1'
  if "${own[@]}" bash -c "$enter" - $place; then
    exec "${own[@]}" bash -c "$enter && exec \$1/Scripts/build-static.sh" - $place
  fi
  echo "build-static: $place cannot be made for this build, so the programs differ by some bytes from those that are built in another folder" >&2
fi

build=.build-deb
# What was built under another path is of no use under this one.
if [ "$(cat "$build/place" 2> /dev/null)" != "$PWD" ]; then rm -rf "$build"; fi
mkdir -p "$build/tmp"
echo "$PWD" > "$build/place"
# What macros expand to is written here, and debug information has the folder's name.
export TMPDIR=$PWD/$build/tmp

# Foundation, which some packages need, would bring 34 MB of locales; Sources/CBuild/NoLocales.c stands in for them.
libraries=$(swiftc -static-stdlib -print-target-info |
  python3 -c 'import json, sys; print(json.load(sys.stdin)["paths"]["runtimeResourcePath"])')/linux
EASEL_ICU_DATA=$(nm --defined-only "$libraries/lib_FoundationICU.a" 2> /dev/null | awk '$3 ~ /^icudt[0-9]+_dat$/ { print $3 }')
export EASEL_ICU_DATA
if [ -z "$EASEL_ICU_DATA" ]; then
  echo "build-static: $libraries/lib_FoundationICU.a has no table of locales (icudt..._dat); see Sources/CBuild/NoLocales.c" >&2
  exit 1
fi

# No path of this machine gets into the programs.
here=(-file-prefix-map "$PWD=$place")
there=(-ffile-prefix-map="$PWD=$place")
options=(--configuration release --scratch-path "$build" --static-swift-stdlib)
for word in "${here[@]}" -use-ld=lld; do options+=(-Xswiftc "$word"); done
for word in "${there[@]}"; do options+=(-Xcc "$word" -Xcxx "$word"); done
# Hardened, small (functions of the same code are one), and with nothing for others to link to.
for word in --icf=all --no-export-dynamic --as-needed -z now -z relro -z pack-relative-relocs --build-id=sha1; do options+=(-Xlinker "$word"); done

# A module that clang makes of headers knows how old these are, and what is compiled with it does too: all are as old as the package.
# SwiftPM writes some itself, before it compiles anything.
swift build "${options[@]}" --target CBuild
date=@${SOURCE_DATE_EPOCH:-$(date --date "$(dpkg-parsechangelog --show-field Date)" +%s)}
find Sources "$build" \( -name '*.h' -o -name '*.modulemap' \) -type f -exec touch --date "$date" {} +

swift build "${options[@]}" --product easel
swift build "${options[@]}" --product easel-inotify
