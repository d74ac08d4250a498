#!/usr/bin/env bash
# Paints the jobs of Benchmarks/digests/jobs and prints the SHA-256 of each picture and animation: the same program on the same
# instruction set gives the same bytes, so a change that must not change pictures is judged by them.
#   Scripts/digests.sh [EASEL]           compare with Benchmarks/digests/INSTRUCTION_SET.sha256
#   Scripts/digests.sh --write [EASEL]   write that file anew
# The job called ...-resume is killed (SIGKILL) on its way and started again.
set -euo pipefail
cd "$(dirname "$0")/.."

write=false
if [ "${1:-}" = --write ]; then write=true && shift; fi
easel=$(realpath "${1:-.build/release/easel}")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

paint() {
  "$easel" paint Examples/cat.content.jpg Examples/cat.style.jpg --no-remember --settings "$1" -o "$scratch/$2" \
    --cache "$scratch/cache-$2" > "$scratch/log" 2>&1
}

# Kills the painting as soon as it has kept its first state.
paint_killed() {
  mkdir -p "$scratch/$2"
  "$easel" paint Examples/cat.content.jpg Examples/cat.style.jpg --no-remember --settings "$1" -o "$scratch/$2" \
    --cache "$scratch/cache-$2" > "$scratch/log" 2>&1 &
  local painting=$!
  until [ -e "$scratch/$2/.cat.painting/checkpoint" ]; do
    kill -0 "$painting" || { echo "digests: $2 ended before it could be killed" >&2 && exit 1; }
    sleep 0.02
  done
  kill -KILL "$painting"
  wait "$painting" 2> /dev/null || true
}

for job in Benchmarks/digests/jobs/*.yaml; do
  name=$(basename "$job" .yaml)
  case $name in *-resume) paint_killed "$job" "$name" ;; esac
  paint "$job" "$name" || { cat "$scratch/log" >&2 && exit 1; }
  for file in "$scratch/$name"/cat/cat.*; do
    printf '%s  %s\n' "$(sha256sum < "$file" | cut -d ' ' -f 1)" "$name/$(basename "$file")" >> "$scratch/digests"
  done
done
set=$(sed -n 's/^ *"instructionSet" : "\(.*\)",*/\1/p' "$scratch"/01-*/cat/report.json)
if $write; then cp "$scratch/digests" "Benchmarks/digests/$set.sha256" && echo "written: Benchmarks/digests/$set.sha256" && exit; fi
diff "Benchmarks/digests/$set.sha256" "$scratch/digests" || { echo "digests: other pictures than before ($set)" >&2 && exit 1; }
echo "digests: $(wc -l < "$scratch/digests") files of $(find Benchmarks/digests/jobs -name '*.yaml' | wc -l) jobs are as before ($set)"
