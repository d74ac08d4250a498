#!/usr/bin/env bash
# Installs what building Easel needs and this machine lacks; says nothing when all is there.
#   Scripts/setup.sh [--tests|--package|--test-package]    also what the tests need; what making Debian packages needs; what testing
#                                                          those needs
set -euo pipefail

libraries=(pkg-config libpng-dev libjpeg-dev libinotifytools0-dev libgif-dev libexif-dev liblcms2-dev
  libwebp-dev libheif-dev libtiff-dev libhdf5-dev python3)
for_tests=(python3-venv bash-completion man-db mandoc giflib-tools libheif-examples shellcheck systemd)
# A cluster to test with, which Scripts/test-cluster.sh starts by itself. No service of theirs may run.
cluster=(munge slurmctld slurmd slurm-client faketime)
# A browser for the tests of the live page; where it cannot be had they are skipped.
browser=(chromium chromium-driver fonts-dejavu-core)
for_package=(debhelper dpkg-dev fakeroot git lintian)
for_package_tests=(debootstrap prometheus diffutils man-db mandoc fish zsh systemd-container)

packages=("${libraries[@]}")
case ${1:-} in
  --tests) packages+=("${for_tests[@]}" "${cluster[@]}") ;;
  --package) packages+=("${for_package[@]}") ;;
  --test-package) packages+=("${for_package[@]}" "${for_package_tests[@]}") ;;
esac

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
wanted=()
if [ "${1:-}" = --tests ]; then
  for package in "${browser[@]}"; do installed "$package" || wanted+=("$package"); done
fi
if [ ${#missing[@]} -eq 0 ] && [ ${#wanted[@]} -eq 0 ]; then exit 0; fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo > /dev/null; then
    if [ ${#missing[@]} -eq 0 ]; then exit 0; fi
    echo "setup: missing: ${missing[*]}; install with: apt-get install ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi
echo "setup: installing ${missing[*]} ${wanted[*]}"

# Debian's packages start their services unless this program says no. One that is there already is somebody's.
policy=/usr/sbin/policy-rc.d
services=()
for package in "${cluster[@]:0:3}" prometheus; do
  case " ${missing[*]} " in *" $package "*) services+=("$package.service") ;; esac
done
forbid_services() {
  if [ ${#services[@]} -eq 0 ] || [ -e "$policy" ]; then return; fi
  printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" > /dev/null
  "${as_root[@]}" chmod 755 "$policy"
  trap '"${as_root[@]}" rm -f "$policy"' EXIT
}
forbid_services
"${as_root[@]}" apt-get update -qq
install() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" > /dev/null; }
if [ ${#missing[@]} -gt 0 ]; then install "${missing[@]}"; fi
if [ ${#wanted[@]} -gt 0 ] && ! install "${wanted[@]}"; then
  echo "setup: no Chromium here, so the live page is not tested in a browser" >&2
fi
# Nor at the next start of the machine.
if [ ${#services[@]} -gt 0 ] && command -v systemctl > /dev/null; then
  "${as_root[@]}" systemctl disable --quiet "${services[@]}" 2> /dev/null || true
fi
