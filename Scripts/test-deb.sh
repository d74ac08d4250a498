#!/usr/bin/env bash
# Tries the packages in ./dist (make deb) as people meet them, in a Debian 12 made for it, in which there is neither a compiler nor Swift:
# install, paint through the installed service, upgrade from the version before with a changed configuration and a job in the queue,
# remove, purge. To be run as root; what it makes is taken away again.
#   Scripts/test-deb.sh [FOLDER]    FOLDER: where the Debian is kept for the next time (default: .build-deb/bookworm)
set -euo pipefail
cd "$(dirname "$0")/.."

base=${1:-.build-deb/bookworm}
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
work=$(mktemp -d "${TMPDIR:-/tmp}/easel-deb-XXXXXX")
root=$work/root
version=$(dpkg-parsechangelog --show-field Version)
architecture=$(dpkg --print-architecture)

say() { printf '\n== %s\n' "$*"; }

fail() {
  echo "test-deb: $*" >&2
  exit 1
}

if [ "$(id -u)" -ne 0 ]; then fail "run as root: it makes a Debian in a folder, and changes into it"; fi
if ! compgen -G "dist/easel_${version}_$architecture.deb" > /dev/null; then fail "dist has no easel_${version}_$architecture.deb; run make deb first"; fi

unmount_root() {
  local mount
  for mount in "$root/proc" "$root/dev"; do
    if mountpoint --quiet "$mount"; then umount --recursive --lazy "$mount"; fi
  done
}

mount_root() {
  mount -t proc proc "$root/proc"
  mount --rbind /dev "$root/dev"
  mount --make-rslave "$root/dev"
}

daemon=""
tidy() {
  if [ -n "$daemon" ]; then kill -KILL "$daemon" 2> /dev/null || true; fi
  unmount_root
  rm -rf --one-file-system "$work"
}
trap tidy EXIT
trap 'exit 130' INT TERM

inside() {
  chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"
}
as_easel() { inside setpriv --reuid=easel --regid=easel --init-groups "$@"; }
as_anna() { inside setpriv --reuid=anna --regid=anna --init-groups "$@"; }

make_base() {
  if [ -e "$base/etc/debian_version" ]; then return; fi
  say "a Debian 12 with debootstrap, kept in $base"
  mkdir -p "$base"
  debootstrap --variant=minbase bookworm "$base" "$mirror" > "$work/debootstrap" || {
    tail -n 20 "$work/debootstrap" >&2
    rm -rf "$base"
    fail "debootstrap has failed"
  }
}

# Packages of Debian that are needed; kept in the base, so that they are fetched once.
make_root() {
  cp -a --reflink=auto "$base" "$root"
  mkdir -p "$root/packages"
  cp dist/*.deb "$root/packages/"
  mount_root
  # Nothing is started by packages: there is no service manager in here.
  printf '#!/bin/sh\nexit 101\n' > "$root/usr/sbin/policy-rc.d"
  chmod 755 "$root/usr/sbin/policy-rc.d"
}

# The packages as they were one version ago: another number, and a configuration that has changed since.
make_earlier() {
  local old=$work/old
  dpkg-deb --raw-extract "dist/easel_${version}_$architecture.deb" "$old"
  sed -i -e "s/^Version: .*/Version: 0.0.9/" "$old/DEBIAN/control"
  sed -i -e '1i # This line was in the version before.' "$old/etc/easel/easel.yaml"
  (cd "$old" && find . -type f -not -path './DEBIAN/*' -printf '%P\0' | sort --zero-terminated | xargs --null md5sum > DEBIAN/md5sums)
  dpkg-deb --root-owner-group -Znone --build "$old" "$root/packages/easel_0.0.9.deb" > "$work/build"
}

start_daemon() {
  local command
  # As the unit does it; every program here takes the place of the one before, so that the process is the daemon's.
  command=$(sed -n 's/^ExecStart=//p' "$root/lib/systemd/system/easel.service")
  (exec chroot "$root" setpriv --reuid=easel --regid=easel --init-groups env -i PATH=/usr/bin:/bin LC_ALL=C.UTF-8 \
    sh -c "cd /var/lib/easel && umask 0027 && exec $command") > "$work/log" 2>&1 &
  daemon=$!
  await "the daemon to watch" grep --quiet "watching" "$work/log"
}

stop_daemon() {
  kill -TERM "$daemon"
  wait "$daemon" || true
  daemon=""
}

await() {
  local what=$1
  shift
  for _ in $(seq 1200); do
    if "$@"; then return; fi
    sleep 0.25
  done
  cat "$work/log" >&2
  fail "waited in vain for $what"
}

drop() { # NAME SETTINGS: as anna
  as_anna sh -c "umask 077; cd /var/lib/easel/inbox && cp /usr/share/easel/examples/cat.content.jpg $1.content.jpg &&
    cp /usr/share/easel/examples/cat.style.jpg $1.style.jpg && printf '%s\n' '$2' > $1.yaml"
}

expect() { # WHAT COMMAND...
  local what=$1
  shift
  "$@" || fail "$what"
  echo "ok: $what"
}

gone() { [ ! -e "$root$1" ]; }
there() { [ -e "$root$1" ]; }

# The service as systemd starts it, in a container that is booted for it.
boot() {
  if ! command -v systemd-nspawn > /dev/null; then
    echo "skipped: there is no systemd-nspawn (Debian: systemd-container)"
    return
  fi
  cat > "$root/etc/systemd/system/boot-test.service" << 'EOF'
[Unit]
Description=Tries the service, and ends the machine
After=easel.service
[Service]
Type=oneshot
ExecStart=/root/boot-test
ExecStopPost=/usr/bin/systemctl --no-block poweroff
StandardOutput=file:/root/boot-test.log
StandardError=inherit
TimeoutStartSec=240
[Install]
WantedBy=multi-user.target
EOF
  cat > "$root/root/boot-test" << 'EOF'
#!/bin/sh
cd /var/lib/easel/inbox
umask 077
setpriv --reuid=anna --regid=anna --init-groups sh -c 'cp /usr/share/easel/examples/cat.content.jpg booted.content.jpg
  cp /usr/share/easel/examples/cat.style.jpg booted.style.jpg; echo "{size: 96, iterations: 2}" > booted.yaml'
for try in $(seq 400); do
  if [ -e /var/lib/easel/outbox/booted/booted.png ]; then break; fi
  sleep 0.5
done
systemctl show easel --property=ActiveState,SubState,NRestarts,StatusText
easel doctor --for anna
journalctl --unit easel --no-pager --output cat | tail -n 12
if [ -e /var/lib/easel/outbox/booted/booted.png ]; then echo "painted by the service"; fi
EOF
  chmod 755 "$root/root/boot-test"
  ln -s ../boot-test.service "$root/etc/systemd/system/multi-user.target.wants/boot-test.service"
  unmount_root
  timeout 300 systemd-nspawn --quiet --register=no --keep-unit --directory="$root" --boot > "$work/boot" 2>&1 || true
  mount_root
  rm "$root/etc/systemd/system/multi-user.target.wants/boot-test.service"
  if [ ! -s "$root/root/boot-test.log" ]; then
    echo "skipped: systemd-nspawn boots nothing here: $(tail -n 2 "$work/boot")"
    return
  fi
  cat "$root/root/boot-test.log"
  expect "the service has painted it" grep --quiet "painted by the service" "$root/root/boot-test.log"
}

make_base
make_root
make_earlier
if inside sh -c 'command -v gcc || command -v clang || command -v swift'; then fail "there is a compiler"; fi

say "apt install easel, the version before"
inside apt-get update -qq
inside apt-get install -qq -y --no-install-recommends systemd > "$work/apt" 2>&1 || fail "apt: $(tail -n 5 "$work/apt")"
inside apt-get install -qq -y --no-install-recommends /packages/easel_0.0.9.deb "/packages/easel-inotify_${version}_$architecture.deb" \
  > "$work/apt" 2>&1 || fail "apt: $(tail -n 20 "$work/apt")"
# shellcheck disable=SC2016 # dpkg-query's own variables
inside dpkg-query --show --showformat '${Package} ${Version}: ${Installed-Size} KiB\n' easel easel-inotify
expect "the user easel was made" inside getent passwd easel
expect "the inbox is there for its group" test "$(inside stat -c '%a %U %G' /var/lib/easel/inbox)" = "2770 easel easel"
expect "the program runs" inside easel --version
expect "manual pages are there" there /usr/share/man/man1/easel-paint.1.gz
expect "completions are there" there /usr/share/bash-completion/completions/easel

say "the first picture: easel demo"
inside adduser --quiet --disabled-password --gecos "" anna
inside usermod -aG easel anna
as_anna env HOME=/home/anna easel demo 2>&1 | tail -n 12

say "the machine starts, and with it the service"
boot

say "a picture through the installed program, as the service's user"
inside easel doctor --for anna || true
start_daemon
drop first '{size: 96, iterations: 2}'
await "the first job" there /var/lib/easel/outbox/first/first.png
expect "anna may read the result" as_anna test -r /var/lib/easel/outbox/first/first.png
expect "the watcher runs" grep --quiet --text easel-inotify /proc/"$(pgrep --parent "$daemon" easel-inotify)"/cmdline
inside easel status --check --config /etc/easel/easel.yaml
inside easel status --config /etc/easel/easel.yaml

say "upgrade, with a changed configuration, a running job and one in the queue"
sed -i 's/^#min_free_space: 256M/min_free_space: 128M/' "$root/etc/easel/easel.yaml"
drop running '{size: 192, iterations: 20}'
await "it to run" sh -c "grep --quiet '\"iteration\" : [1-9]' '$root'/var/lib/easel/outbox/.jobs/*/progress.json 2>/dev/null"
drop queued '{size: 64, iterations: 1}'
await "it to be queued" sh -c "grep --quiet --no-messages '\"name\" : \"queued\"' '$root'/var/lib/easel/outbox/.jobs/*/job.json"
stop_daemon
inside apt-get install -qq -y --no-install-recommends -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold \
  "/packages/easel_${version}_$architecture.deb" > "$work/apt" 2>&1 || fail "apt: $(tail -n 20 "$work/apt")"
expect "the running job was stopped in the middle" test ! -e "$root/var/lib/easel/outbox/running/running.png"
# shellcheck disable=SC2016
expect "the version is new" test "$(inside dpkg-query --show --showformat '${Version}' easel)" = "$version"
expect "the changed configuration is kept" grep --quiet '^min_free_space: 128M' "$root/etc/easel/easel.yaml"
expect "the new one lies beside it" there /etc/easel/easel.yaml.dpkg-dist
start_daemon
await "the running job" there /var/lib/easel/outbox/running/running.png
await "the queued job" there /var/lib/easel/outbox/queued/queued.png
stop_daemon

say "VGG-19 in a package of its own"
inside easel paint /usr/share/easel/examples/cat.content.jpg /usr/share/easel/examples/cat.style.jpg -o /tmp/vgg19 \
  --cache /tmp/vgg19/cache --no-remember --set network=vgg19 --set size=64 --set iterations=1 > "$work/words" 2>&1 &&
  fail "it painted without the weights"
expect "what is missing is said" grep --quiet "the package easel-vgg19" "$work/words"
inside dpkg --install "/packages/easel-vgg19_${version}_all.deb" > "$work/apt"
expect "with it, it paints" inside easel paint /usr/share/easel/examples/cat.content.jpg /usr/share/easel/examples/cat.style.jpg \
  -o /tmp/vgg19 --cache /tmp/vgg19/cache --no-remember --set network=vgg19 --set size=64 --set iterations=1

say "remove: pictures and configuration stay"
inside apt-get remove -qq -y easel easel-inotify easel-vgg19 > "$work/apt" 2>&1
expect "the program is gone" gone /usr/bin/easel
expect "pictures are there" there /var/lib/easel/outbox/first/first.png
expect "the configuration is there" there /etc/easel/easel.yaml

say "purge: what is nobody's goes"
inside apt-get purge -qq -y easel > "$work/apt" 2>&1
expect "the configuration is gone" gone /etc/easel/easel.yaml
expect "the cache is gone" gone /var/cache/easel
expect "pictures are still there" there /var/lib/easel/outbox/first/first.png
grep "is left" "$work/apt" || true

say "purge of what nobody has used: nothing stays"
rm -rf "$root/var/lib/easel"
inside apt-get install -qq -y --no-install-recommends "/packages/easel_${version}_$architecture.deb" > "$work/apt" 2>&1
expect "its folders were made" there /var/lib/easel/outbox
inside apt-get purge -qq -y easel > "$work/apt" 2>&1
expect "they are gone" gone /var/lib/easel

echo
echo "test-deb: installed, upgraded, used, removed and purged in $SECONDS s"
