#!/usr/bin/env bash
# Installs what building Easel needs and this machine lacks; says nothing when all is there.
#   Scripts/setup.sh [--tests]    --tests: also what the tests need
set -euo pipefail

libraries=(pkg-config libpng-dev libjpeg-dev libinotifytools0-dev libgif-dev libexif-dev liblcms2-dev
  libwebp-dev libheif-dev libtiff-dev libhdf5-dev)
for_tests=(python3 python3-venv giflib-tools libheif-examples shellcheck systemd)

packages=("${libraries[@]}")
if [ "${1:-}" = --tests ]; then packages+=("${for_tests[@]}"); fi

if ! command -v swift > /dev/null; then
  echo "setup: the swift command is missing; install Swift 6.3 or later from swift.org and put it on the PATH" >&2
  exit 1
fi

if ! command -v dpkg-query > /dev/null; then
  echo "setup: this is no Debian; the following must be there: ${packages[*]}" >&2
  exit 0
fi

installed() {
  [ "$(dpkg-query --show --showformat '${db:Status-Status}' "$1" 2> /dev/null)" = installed ]
}

missing=()
for package in "${packages[@]}"; do
  installed "$package" || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then exit 0; fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo > /dev/null; then
    echo "setup: missing: ${missing[*]}; install with: apt-get install ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi
echo "setup: installing ${missing[*]}"
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${missing[@]}" > /dev/null
