#!/usr/bin/env bash
# Paints the sample cat as a user would have it painted: starts the daemon in ./demo, copies three files into its
# inbox, waits for the result. ./demo is made anew each time and left for looking at.
set -euo pipefail
cd "$(dirname "$0")/.."

easel=$PWD/.build/release/easel
rm -rf demo
mkdir -p demo/inbox demo/outbox demo/cache
cd demo

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

echo "demo: the daemon watches demo/inbox; dropping cat.content.jpg, cat.style.jpg and cat.yaml into it"
cp ../Examples/cat.content.jpg ../Examples/cat.style.jpg ../Examples/cat.yaml inbox/

shown=""
deadline=$((SECONDS + 900))
until [ -d outbox/cat ]; do
  kill -0 "$daemon" 2> /dev/null || fail "the daemon ended before the cat was painted"
  if [ -d outbox/cat.failed ]; then
    cat outbox/cat.failed/error.txt >&2
    fail "the job failed; demo/outbox/cat.failed says why"
  fi
  [ "$SECONDS" -lt "$deadline" ] || fail "the cat was not painted within 15 minutes"
  status=$("$easel" status) || fail "easel status failed"
  if [ "$status" != "$shown" ]; then printf '%s\n' "$status"; fi
  shown=$status
  sleep 1
done

for result in cat.png cat.gif report.json; do
  [ -s "outbox/cat/$result" ] || fail "demo/outbox/cat lacks $result"
done
printf 'demo: painted in %s seconds. Look at:\n' "$SECONDS"
printf '  demo/outbox/cat/%s\n' cat.png cat.gif report.json
