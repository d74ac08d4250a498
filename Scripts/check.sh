#!/usr/bin/env bash
# Checks the sources without building them: who imports what, formatting, shell scripts.
set -euo pipefail
cd "$(dirname "$0")/.."

Scripts/check-imports.sh
shellcheck Scripts/*.sh .ci/run
swift format lint --strict --recursive Package.swift Sources Tests
echo "check: imports, shell scripts and format are in order"
