#!/usr/bin/env bash
# Checks Examples/monitoring: the alerts by Prometheus' own promtool, with figures for which they are to be raised or not, and that every
# figure that alerts and dashboard name is one that Easel writes.
set -euo pipefail
cd "$(dirname "$0")/../Examples/monitoring"

promtool check rules easel.rules.yml
promtool test rules easel.rules.test.yml
python3 -m json.tool easel.dashboard.json > /dev/null

written=$(grep --only-matching --no-filename '"easel_[a-z_]*"' ../../Sources/Status/Metrics.swift | tr -d '"')
named=$(grep --only-matching --no-filename --extended-regexp '\beasel_[a-z_]+' easel.rules.yml easel.dashboard.json | sort -u)
unknown=0
for name in $named; do
  family=${name%_sum}
  if grep --quiet --line-regexp "$name\|${family%_count}" <<< "$written"; then continue; fi
  echo "check-monitoring: Easel writes no $name (Sources/Status/Metrics.swift)" >&2
  unknown=1
done
exit $unknown
