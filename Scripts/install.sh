#!/usr/bin/env bash
# Installs what was built, or removes it again.
#   Scripts/install.sh [--remove]
# PREFIX (/usr/local) and SYSCONFDIR (/etc) say where; DESTDIR goes before both, for making a package; EASEL is the built
# program (.build/release/easel), with the watcher easel-inotify beside it.
set -euo pipefail
cd "$(dirname "$0")/.."

prefix=${PREFIX:-/usr/local}
config=${SYSCONFDIR:-/etc}/easel
root=${DESTDIR:-}
easel=${EASEL:-.build/release/easel}
watcher=$(dirname "$easel")/easel-inotify

put() { install -D --mode "$1" "$2" "$root$3"; }

# The parts of Swift's runtime that the program needs; it looks for them beside itself.
runtime() { ldd "$1" | awk '$3 ~ /\/swift\/linux\// { print $3 }'; }

install_all() {
  for program in "$easel" "$watcher"; do
    if [ -x "$program" ]; then continue; fi
    echo "install: $program is missing; run make build first" >&2
    exit 1
  done
  put 755 "$easel" "$prefix/lib/easel/easel"
  # The daemon looks for it beside itself.
  put 755 "$watcher" "$prefix/lib/easel/easel-inotify"
  while read -r library; do put 644 "$library" "$prefix/lib/easel/$(basename "$library")"; done < <(runtime "$easel")
  mkdir -p "$root$prefix/bin"
  ln -sfn ../lib/easel/easel "$root$prefix/bin/easel"
  for weights in Sources/NeuralNetwork/Weights/*.safetensors; do
    put 644 "$weights" "$prefix/share/easel/$(basename "$weights")"
  done

  for unit in easel.service easel-page.service easel-page.socket; do
    put 644 "systemd/$unit" "$prefix/lib/systemd/system/$unit"
    sed -i -e "s,/usr/local/,$prefix/,g" -e "s,/etc/easel,$config,g" "$root$prefix/lib/systemd/system/$unit"
  done
  put 644 systemd/sysusers.d/easel.conf "$prefix/lib/sysusers.d/easel.conf"
  put 644 systemd/tmpfiles.d/easel.conf "$prefix/lib/tmpfiles.d/easel.conf"

  for text in README.md CHANGELOG.md LICENSE systemd/easel.yaml; do
    put 644 "$text" "$prefix/share/doc/easel/$(basename "$text")"
  done
  put 644 easel-inotify/README.md "$prefix/share/doc/easel/easel-inotify/README.md"
  put 644 easel-inotify/LICENSE "$prefix/share/doc/easel/easel-inotify/LICENSE"
  put 644 Sources/NeuralNetwork/Weights/README.md "$prefix/share/doc/easel/weights.md"
  put 644 Documentation/Page.md "$prefix/share/doc/easel/page.md"
  # A configuration that is there already is people's.
  if [ ! -e "$root$config/easel.yaml" ]; then put 644 systemd/easel.yaml "$config/easel.yaml"; fi

  if [ -n "$root" ]; then return; fi
  cat << EOF
Installed. To run it as a service:
  systemd-sysusers && systemd-tmpfiles --create easel.conf
  systemctl daemon-reload && systemctl enable --now easel
And to look at it in a browser, at http://localhost:8484/:
  systemctl enable --now easel-page.socket
EOF
}

remove_all() {
  rm -rf "$root$prefix/lib/easel" "$root$prefix/share/easel" "$root$prefix/share/doc/easel"
  rm -f "$root$prefix/bin/easel" "$root$prefix/lib/systemd/system/easel.service" \
    "$root$prefix/lib/systemd/system/easel-page.service" "$root$prefix/lib/systemd/system/easel-page.socket" \
    "$root$prefix/lib/sysusers.d/easel.conf" "$root$prefix/lib/tmpfiles.d/easel.conf"
  if cmp --quiet systemd/easel.yaml "$root$config/easel.yaml"; then rm "$root$config/easel.yaml"; fi
  if [ -e "$root$config/easel.yaml" ]; then
    echo "$root$config/easel.yaml was changed and is left; remove it yourself"
  else
    rmdir "$root$config" 2> /dev/null || true
  fi
  if [ -z "$root" ] && [ -e /var/lib/easel ]; then
    echo "left: /var/lib/easel (pictures, styles), /var/cache/easel and /var/cache/easel-page (may be deleted), the users easel and easel-page"
  fi
}

case ${1:-} in
  "") install_all ;;
  --remove) remove_all ;;
  *)
    echo "usage: $0 [--remove]" >&2
    exit 2
    ;;
esac
