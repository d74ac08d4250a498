#!/usr/bin/env bash
# Builds the Debian packages into ./dist, and has lintian look at them.
set -euo pipefail
cd "$(dirname "$0")/.."

# Who changes the version in one place is to change it in all.
version=$(sed -n 's/.*static let current = "\(.*\)"/\1/p' Sources/Jobs/Version.swift)
if [ "$(dpkg-parsechangelog --show-field Version)" != "$version" ]; then
  echo "deb: debian/changelog says $(dpkg-parsechangelog --show-field Version), Sources/Jobs/Version.swift $version" >&2
  exit 1
fi

rm -rf dist
mkdir dist
# The programs are built from what lies here, and Swift's packages are fetched for it: what -b means.
dpkg-buildpackage --build=binary --unsigned-changes --unsigned-buildinfo \
  --buildinfo-file="dist/easel_$version.buildinfo" --changes-file="dist/easel_$version.changes" \
  --buildinfo-option=-udist --changes-option=-udist
dh_clean
lintian --fail-on error,warning --tag-display-limit 0 "dist/easel_$version.changes"
ls -l dist
