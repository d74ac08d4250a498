#!/usr/bin/env bash
# Checks systemd/: that systemd understands the units, and how far the services are shut in. Says so where systemd is missing.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v systemd-analyze > /dev/null; then
  echo "check-service: skipped, since systemd-analyze is missing (Debian: apt-get install systemd)"
  exit 0
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# The program need not be installed for this, but something must be in its place.
cp systemd/easel-page.socket "$scratch"
for service in easel easel-page; do
  sed "s,/usr/local/bin/easel,/bin/true," "systemd/$service.service" > "$scratch/$service.service"
done
for service in easel easel-page; do
  # Without the option an unknown key is only mentioned. The manual is not installed here.
  systemd-analyze verify --man=no --recursive-errors=no "$scratch/$service.service"
  # In tenths: at most 1.0.
  if ! systemd-analyze security --offline=true --threshold=10 "$scratch/$service.service" > "$scratch/security"; then
    cat "$scratch/security" >&2
    exit 1
  fi
  tail -n 1 "$scratch/security" | sed "s/.*Overall/check-service: overall/"
done
if ! systemd-sysusers --dry-run "$PWD/systemd/sysusers.d/easel.conf" > "$scratch/sysusers" 2>&1; then
  cat "$scratch/sysusers" >&2
  exit 1
fi
