#!/usr/bin/env bash
# Checks the order of modules: which of Easel's modules a module imports, that each C module has one importer, and that
# neither C modules nor packages shine through a module's interface (`internal import`).
set -euo pipefail
cd "$(dirname "$0")/.."

# What each module may import besides the standard library, Foundation and the C library. Easel may import all.
declare -A allowed=(
  [KernelTypes]=""
  [KernelsPortable]="KernelTypes"
  [Kernels]="KernelTypes KernelsPortable KernelsAVX2 KernelsAVX512"
  [Networks]=""
  [Safetensors]="Crypto"
  [NeuralNetwork]="Kernels KernelTypes Networks Safetensors"
  [StyleTransfer]="Kernels KernelTypes Networks NeuralNetwork"
  [WeightsImport]="Networks NeuralNetwork Safetensors SwiftProtobuf"
  [Images]="CImageCodecs CGIF CEXIF CLCMS"
  [Jobs]="Networks Yams"
  [Files]="Jobs CFiles"
  [Inbox]="Files Jobs CInbox Subprocess"
  [Outbox]="Files Jobs Images"
  [StyleLibrary]="Files Images Jobs Crypto"
  [Cache]="Files Jobs Safetensors Crypto"
)
platform=" Foundation FoundationEssentials Glibc Musl Dispatch Synchronization "
hidden="^(C[A-Z].*|Crypto|Subprocess|SwiftProtobuf|Yams)$"
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
  if [ -L "${folder%/}" ] || [ "$module" = Easel ] || [ -z "$(find "$folder" -name "*.swift" -print -quit)" ]; then continue; fi
  if [ -z "${allowed[$module]+known}" ]; then
    complain "$folder: a module that Scripts/check-imports.sh does not know; say there what it may import"
    continue
  fi
  while read -r place imported; do
    access=${place##*:}
    case "$platform ${allowed[$module]} " in
      *" $imported "*) ;;
      *) complain "${place%:*}: $module must not import $imported; it may import: ${allowed[$module]:-nothing}" ;;
    esac
    if [[ $imported =~ $hidden && $access != internal ]]; then
      complain "${place%:*}: write internal import $imported, so that it stays inside $module"
    fi
  done < <(imports_of "$folder")
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
