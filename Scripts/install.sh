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
share=$prefix/share

completions=("$share/bash-completion/completions/easel" "$share/zsh/vendor-completions/_easel"
  "$share/fish/vendor_completions.d/easel.fish")

put() { install -D --mode "$1" "$2" "$root$3"; }

# The parts of Swift's runtime that the program needs beside itself; none where it has them inside.
runtime() { ldd "$1" | awk '$3 ~ /\/swift\/linux\// { print $3 }'; }

install_programs() {
  local libraries
  libraries=$(runtime "$easel")
  if [ -z "$libraries" ]; then
    put 755 "$easel" "$prefix/bin/easel"
  else
    put 755 "$easel" "$prefix/lib/easel/easel"
    for library in $libraries; do put 644 "$library" "$prefix/lib/easel/$(basename "$library")"; done
    mkdir -p "$root$prefix/bin"
    ln -sfn ../lib/easel/easel "$root$prefix/bin/easel"
    # Names for debuggers are two thirds of it. (A package has them in a package of their own.)
    strip --strip-unneeded "$root$prefix/lib/easel/easel"
  fi
  # The daemon looks for it here.
  put 755 "$watcher" "$prefix/lib/easel/easel-inotify"
}

# Units, by their names in systemd/; those of easel-page are there or not.
install_service() {
  local unit
  for unit in systemd/*.service systemd/*.socket; do
    if [ ! -e "$unit" ]; then continue; fi
    put 644 "$unit" "$prefix/lib/systemd/system/$(basename "$unit")"
    sed -i -e "s,/usr/local/,$prefix/,g" -e "s,/etc/easel,$config,g" "$root$prefix/lib/systemd/system/$(basename "$unit")"
  done
  put 644 systemd/sysusers.d/easel.conf "$prefix/lib/sysusers.d/easel.conf"
  put 644 systemd/tmpfiles.d/easel.conf "$prefix/lib/tmpfiles.d/easel.conf"
}

install_documents() {
  local shells=(bash zsh fish) number page
  for text in README.md CHANGELOG.md SECURITY.md LICENSE NOTICE Documentation/*.md systemd/easel.yaml; do
    case $text in
      # Is nothing without its pictures, which are large.
      Documentation/Gallery.md) ;;
      Documentation/*) put 644 "$text" "$share/doc/easel/$text" ;;
      *) put 644 "$text" "$share/doc/easel/$(basename "$text")" ;;
    esac
  done
  # shellcheck disable=SC2016 # as it is to stand there
  sed -i '2a This copy was installed with Easel: what `make` does is for a checkout of the sources, `Examples/` is `examples/` here, and pictures are left out.\n' \
    "$root$share/doc/easel/README.md"
  put 644 easel-inotify/README.md "$share/doc/easel/easel-inotify/README.md"
  put 644 easel-inotify/LICENSE "$share/doc/easel/easel-inotify/LICENSE"
  put 644 Sources/NeuralNetwork/Weights/README.md "$share/doc/easel/weights.md"
  for example in Examples/monitoring/* Examples/container/*; do
    if [ -e "$example" ]; then put 644 "$example" "$share/doc/easel/examples/${example#Examples/}"; fi
  done
  put 644 systemd/easel.yaml "$share/doc/easel/examples/easel.yaml"

  Scripts/manual.py "$easel" "$scratch/man"
  while read -r page; do put 644 "$scratch/man/$page" "$share/man/$page"; done < <(cd "$scratch/man" && find . -type f | cut -c 3-)
  for number in "${!shells[@]}"; do
    # They are read by a shell, not run.
    "$easel" --generate-completion-script "${shells[number]}" | sed '1{/^#!/d}' > "$scratch/completion"
    put 644 "$scratch/completion" "${completions[number]}"
  done
}

install_all() {
  for program in "$easel" "$watcher"; do
    if [ -x "$program" ]; then continue; fi
    echo "install: $program is missing; run make build first" >&2
    exit 1
  done
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
  install_programs
  for weights in Sources/NeuralNetwork/Weights/*.safetensors; do
    put 644 "$weights" "$share/easel/$(basename "$weights")"
  done
  for sample in Examples/cat.*; do put 644 "$sample" "$share/easel/examples/$(basename "$sample")"; done
  install_service
  install_documents
  # A configuration that is there already is people's.
  if [ ! -e "$root$config/easel.yaml" ]; then put 644 systemd/easel.yaml "$config/easel.yaml"; fi

  if [ -n "$root" ]; then return; fi
  cat << EOF
Installed. Try it: easel demo. To run it as a service:
  systemd-sysusers && systemd-tmpfiles --create easel.conf
  systemctl daemon-reload && systemctl enable --now easel
  easel doctor
And to look at it in a browser, at http://localhost:8484/:
  systemctl enable --now easel-page.socket
EOF
}

remove_all() {
  local unit
  rm -rf "$root$prefix/lib/easel" "$root$share/easel" "$root$share/doc/easel"
  rm -f "$root$prefix/bin/easel" "$root$prefix/lib/sysusers.d/easel.conf" "$root$prefix/lib/tmpfiles.d/easel.conf" \
    "${completions[@]/#/$root}" "$root$share"/man/man?/easel*.[0-9]
  for unit in systemd/*.service systemd/*.socket; do rm -f "$root$prefix/lib/systemd/system/$(basename "$unit")"; done
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
