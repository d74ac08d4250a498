#!/usr/bin/env bash
# Checks the order of modules: that each imports what the table in Documentation/Architecture.md allows it and nothing else, that each
# C module has one importer, and that neither C modules nor packages shine through a module's interface (`internal import`).
set -euo pipefail
cd "$(dirname "$0")/.."

architecture=Documentation/Architecture.md

# What each module may import besides the standard library, Foundation and the C library: "-" for nothing, "all" for no limit.
declare -A allowed=()
while IFS=: read -r module imports; do
  allowed[$module]=$imports
done < <(awk -F '|' '
  /^\| module \| holds \| may import \|$/ { inside = 1; getline; next }
  !/^\|/ { inside = 0 }
  inside { gsub(/^ +| +$/, "", $2); gsub(/^ +| +$/, "", $4); print $2 ":" $4 }' "$architecture")

platform=" Foundation FoundationEssentials Glibc Musl Dispatch Synchronization "
hidden="^(C[A-Z].*|Crypto|HTTPTypes|HummingbirdCore|Mustache|NIO[A-Za-z]*|Subprocess|Yams)$"
problems=0

complain() {
  echo "check-imports: $*" >&2
  problems=1
}

# Lines of the form FILE:LINE:ACCESS MODULE, for every import in a module's folder.
imports_of() {
  grep --recursive --line-number --extended-regexp --include '*.swift' \
    '^(@[a-zA-Z_()]+ )?((internal|private|fileprivate|package|public) )?import ' "$1" |
    sed --regexp-extended 's/:(@[a-zA-Z_()]+ )?((internal|private|fileprivate|package|public) )?import ((struct|class|enum|protocol|func|typealias) )?([A-Za-z0-9_]+).*$/:\3 \6/' || true
}

for folder in Sources/*/; do
  module=$(basename "$folder")
  if [ -L "${folder%/}" ] || [ -z "$(find "$folder" -name "*.swift" -print -quit)" ]; then continue; fi
  if [ -z "${allowed[$module]+known}" ]; then
    complain "$folder: a module without a row in the table of $architecture; say there what it may import"
    continue
  fi
  if [ "${allowed[$module]}" = all ]; then continue; fi
  while read -r place imported; do
    access=${place##*:}
    case "$platform ${allowed[$module]} " in
      *" $imported "*) ;;
      *) complain "${place%:*}: $module must not import $imported; by the table in $architecture it may import: ${allowed[$module]/#-/nothing}" ;;
    esac
    if [[ $imported =~ $hidden && $access != internal ]]; then
      complain "${place%:*}: write internal import $imported, so that it stays inside $module"
    fi
  done < <(imports_of "$folder")
done

for module in "${!allowed[@]}"; do
  if [ -d "Sources/$module" ]; then continue; fi
  complain "$architecture: the table has a row for $module, which is no folder in Sources; take it out"
done

for map in Sources/*/module.modulemap; do
  library=$(basename "$(dirname "$map")")
  importers=$(grep --recursive --files-with-matches --extended-regexp --include '*.swift' "import $library\$" Sources |
    cut -d / -f 2 | sort -u | tr '\n' ' ' || true)
  if [ "$(wc -w <<< "$importers")" -gt 1 ]; then
    complain "$library has several importers: ${importers% }; one module is to stand between it and the others"
  fi
done

# libinotifytools is under the GPL: the one program that may use it stands apart.
while read -r place; do
  complain "$place: libinotifytools may be used in easel-inotify/ only"
done < <(grep --recursive --line-number --include '*.swift' --include '*.h' --include '*.c' --include 'module.modulemap' \
  'inotifytools[_/"]' Sources | cut -d : -f 1,2)

while read -r line; do
  complain "$line: nothing is public; what other modules need is package"
done < <(grep --recursive --line-number --extended-regexp --include '*.swift' '^ *public ' Sources | cut -d : -f 1,2)

exit "$problems"
