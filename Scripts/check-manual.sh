#!/usr/bin/env bash
# Makes the manual pages of the built program and checks them: no warning of man's or mandoc's; and the completions, by the shells that are
# there.
#   Scripts/check-manual.sh [EASEL]    EASEL: the built program (.build/release/easel)
set -euo pipefail
cd "$(dirname "$0")/.."

easel=${1:-.build/release/easel}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
problems=0

Scripts/manual.py "$easel" "$scratch"
for page in "$scratch"/man?/*; do
  if ! mandoc -T lint "$page" > "$scratch/said"; then
    sed "s,$scratch/,," "$scratch/said" >&2
    problems=1
  fi
  LC_ALL=C.UTF-8 MANWIDTH=100 man --warnings --local-file "$page" > /dev/null 2> "$scratch/said"
  if [ -s "$scratch/said" ]; then
    sed "s,$scratch/,," "$scratch/said" >&2
    problems=1
  fi
done

for shell in bash zsh fish; do
  "$easel" --generate-completion-script "$shell" > "$scratch/completion"
  if ! command -v "$shell" > /dev/null; then continue; fi
  if ! "$shell" -n "$scratch/completion"; then
    echo "check-manual: $shell does not understand the completions for it" >&2
    problems=1
  fi
done
exit $problems
