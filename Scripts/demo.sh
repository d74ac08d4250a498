#!/usr/bin/env bash
# Paints the sample cat as a user would have it painted: starts the daemon in ./demo, copies three files into its
# inbox, waits for the result. ./demo is made anew each time and left for looking at.
set -euo pipefail
cd "$(dirname "$0")/.."

easel=$PWD/.build/release/easel
rm -rf demo
mkdir -p demo/inbox demo/outbox demo/cache
cd demo

# Beside the default, the recipe of the lesson.
for file in content.jpg style.jpg; do cp "../Examples/cat.$file" "lesson.$file"; done
printf 'preset: lesson-transfer\nsize: 300\npriority: -1\n' > lesson.yaml

"$easel" watch > daemon.log 2>&1 &
daemon=$!
stop() {
  kill -TERM "$daemon" 2> /dev/null || true
  wait "$daemon" 2> /dev/null || true
}
trap stop EXIT
trap 'exit 130' INT TERM

fail() {
  echo "demo: $1" >&2
  echo "demo: the end of demo/daemon.log:" >&2
  tail -n 20 daemon.log >&2
  exit 1
}

echo "demo: the daemon watches demo/inbox; dropping cat.content.jpg, cat.style.jpg and cat.yaml into it,"
echo "demo: and the same two pictures as lesson.*, with settings that say preset: lesson-transfer"
cp ../Examples/cat.content.jpg ../Examples/cat.style.jpg ../Examples/cat.yaml inbox/
mv lesson.* inbox/

shown=""
deadline=$((SECONDS + 900))
until [ -d outbox/cat ] && [ -d outbox/lesson ]; do
  kill -0 "$daemon" 2> /dev/null || fail "the daemon ended before the cats were painted"
  for job in cat lesson; do
    if [ -d "outbox/$job.failed" ]; then
      cat "outbox/$job.failed/error.txt" >&2
      fail "the job failed; demo/outbox/$job.failed says why"
    fi
  done
  [ "$SECONDS" -lt "$deadline" ] || fail "the cats were not painted within 15 minutes"
  status=$("$easel" status) || fail "easel status failed"
  if [ "$status" != "$shown" ]; then printf '%s\n' "$status"; fi
  shown=$status
  sleep 1
done

results=(cat/cat.png cat/cat.gif cat/report.html lesson/lesson.png lesson/lesson.gif)
for result in "${results[@]}"; do
  [ -s "outbox/$result" ] || fail "demo/outbox/$result is missing"
done
printf 'demo: painted in %s seconds. Look at:\n' "$SECONDS"
printf '  demo/outbox/%s\n' "${results[@]}"
