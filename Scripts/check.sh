#!/usr/bin/env bash
# Checks the sources without building them: who imports what, what the documentation says of them, formatting, shell scripts, the systemd
# service; and whether the portable kernels compile for arm64.
set -euo pipefail
cd "$(dirname "$0")/.."

Scripts/check-imports.sh
Scripts/check-docs.sh
shellcheck Scripts/*.sh .ci/run
Scripts/check-service.sh
Scripts/check-arm64.sh
swift format lint --strict --recursive Package.swift Sources Tests
echo "check: imports, documentation, shell scripts and format are in order"
