#!/usr/bin/env bash
# Checks that the documentation still says what is there: the graph of modules is that of Package.swift, and every file and folder
# that is named in backticks exists.
#   Scripts/check-docs.sh [--write]    --write: renew the graph instead of comparing it
set -euo pipefail
cd "$(dirname "$0")/.."

architecture=Documentation/Architecture.md
pages=("$architecture" CONTRIBUTING.md)
begin="<!-- modules: begin -->"
end="<!-- modules: end -->"
problems=0

complain() {
  echo "check-docs: $*" >&2
  problems=1
}

graph=$(swift package dump-package | python3 Scripts/module-graph.py)

if [ "${1:-}" = --write ]; then
  page=$(GRAPH=$graph awk -v begin="$begin" -v end="$end" '
    $0 == end { inside = 0 }
    !inside
    $0 == begin { inside = 1; print ENVIRON["GRAPH"] }' "$architecture")
  printf '%s\n' "$page" > "$architecture"
fi

written=$(awk -v begin="$begin" -v end="$end" '$0 == end { inside = 0 } inside; $0 == begin { inside = 1 }' "$architecture")
if [ "$written" != "$graph" ]; then
  complain "$architecture: the graph of modules is not that of Package.swift; renew it with: Scripts/check-docs.sh --write"
fi

# Lines of the form FILE:LINE:`PATH`, for all that has a slash in it and looks like a file or folder of the repository; * is any name.
# shellcheck disable=SC2016 # the backticks are meant
paths() {
  grep --line-number --with-filename --only-matching --extended-regexp \
    '`([^` ]*/[^` ]*\.(swift|c|h|sh|py|md|yaml)|[^` ]+/)`' "${pages[@]}" || true
}

exists() {
  case $1 in
    *'*'*) compgen -G "$1" > /dev/null ;;
    *) [ -e "$1" ] ;;
  esac
}

while IFS=: read -r page line path; do
  path=${path//\`/}
  if ! exists "$path"; then
    complain "$page:$line: $path does not exist; paths start at the repository's root"
  fi
done < <(paths)

exit "$problems"
