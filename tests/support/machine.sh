#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A machine of its own with a real systemd: a file system (this computer's, or another: debian.sh) under a writable layer in memory,
# booted by systemd-nspawn. Its network is this computer's loopback interface, or a namespace that boot is told. Needs root.
#
#   machine.sh mount DIR [BASE]   makes DIR/root
#   machine.sh boot DIR [ARG…]    boots it, prints the leader's pid when systemd is up; runs until machine.sh stop
#   machine.sh run PID COMMAND…   runs a command inside
#   machine.sh halt DIR           shuts it down; it can be booted again
#   machine.sh stop DIR           shuts it down and removes it
set -euo pipefail

groups=(/sys/fs/cgroup/systemd /sys/fs/cgroup/unified)

mount_layers() {
  local base=${2:-/}
  mkdir -p "$1/layers" "$1/root"
  mount -t tmpfs -o size=12g tmpfs "$1/layers"
  mkdir "$1/layers/upper" "$1/layers/work" "$1/layers/lower"
  mount --bind "$base" "$1/layers/lower"
  mount -t overlay overlay -o "lowerdir=$1/layers/lower,upperdir=$1/layers/upper,workdir=$1/layers/work" "$1/root"
  if [ "$base" = / ]; then as_machine "$1/root"; fi
}

# What this computer's own file system needs to be another machine's.
as_machine() {
  # Images for containers forbid packages to start services; a computer does not.
  rm -f "$1/usr/sbin/policy-rc.d"
  # Only what a service needs is started, whatever this computer starts at boot.
  cat >"$1/etc/systemd/system/machine.target" <<'EOF'
[Unit]
Description=A machine for tests
Requires=basic.target dbus.socket systemd-logind.service
After=basic.target systemd-logind.service
AllowIsolate=yes
EOF
  local unit
  for unit in rtkit-daemon.service systemd-resolved.service systemd-networkd.service systemd-timesyncd.service; do
    ln -sf /dev/null "$1/etc/systemd/system/$unit"
  done
  # Its accounts have PulseAudio, also where this computer has PipeWire: both would take the same socket.
  for unit in pipewire.{service,socket} pipewire-pulse.{service,socket} wireplumber.service; do
    ln -sf /dev/null "$1/etc/systemd/user/$unit"
  done
}

# A container manager wants a control group that nobody else manages.
own_group() {
  local group
  for group in "${groups[@]}"; do
    [ -d "$group" ] || continue
    mkdir -p "$group/$1"
    echo $BASHPID >"$group/$1/cgroup.procs"
  done
}

# The container's own PID 1 among nspawn's children.
leader_of() {
  local pid
  for pid in $(pgrep -P "$1"); do
    if [ "$(awk '/^NSpid/ { print $NF }' "/proc/$pid/status" 2>/dev/null)" = 1 ]; then echo "$pid"; fi
  done
}

run_inside() {
  local leader=$1
  shift
  nsenter -t "$leader" -m -u -i -n -p -C -r -w -- /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
    LANG=C.UTF-8 TERM=dumb "$@"
}

boot() {
  local dir=$1 name scope=() target=() leader='' nspawn state
  name=machine-$(basename "$dir")
  shift
  if [ "$(cat /proc/1/comm)" = systemd ]; then scope=(systemd-run --quiet --scope --property=Delegate=yes); fi
  if [ -e "$dir/root/etc/systemd/system/machine.target" ]; then target=(--unit=machine.target); fi
  (
    own_group "$name"
    export SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1
    exec setsid "${scope[@]}" systemd-nspawn --quiet --machine="$name" --directory="$dir/root" --register=no --keep-unit --link-journal=no \
      --console=pipe --boot "$@" -- "${target[@]}" </dev/null >"$dir/console" 2>&1
  ) &
  nspawn=$!
  echo "$nspawn" >"$dir/nspawn"
  for _ in $(seq 400); do
    leader=$(leader_of "$nspawn")
    if [ -n "$leader" ]; then break; fi
    if ! kill -0 "$nspawn" 2>/dev/null; then
      cat "$dir/console" >&2
      exit 1
    fi
    sleep 0.02
  done
  echo "$leader" >"$dir/leader"
  for _ in $(seq 600); do
    state=$(run_inside "$leader" systemctl is-system-running 2>&1 || true)
    case "$state" in running | degraded)
      echo "leader $leader"
      wait "$nspawn" || true
      exit 0
      ;;
    esac
    sleep 0.05
  done
  echo "systemd does not come up: $state" >&2
  cat "$dir/console" >&2
  exit 1
}

# nspawn asks the machine to shut down on SIGTERM.
end_nspawn() {
  local nspawn=$1 leader=$2
  kill -TERM "$nspawn" 2>/dev/null || return 0
  for _ in $(seq 80); do
    kill -0 "$nspawn" 2>/dev/null || return 0
    sleep 0.1
  done
  kill -KILL "$leader" "$nspawn" 2>/dev/null || true
}

halt() {
  local dir=$1 group
  if [ -e "$dir/leader" ]; then end_nspawn "$(cat "$dir/nspawn")" "$(cat "$dir/leader")"; fi
  rm -f "$dir/leader"
  for group in "${groups[@]}"; do
    if [ -d "$group/machine-$(basename "$dir")" ]; then
      find "$group/machine-$(basename "$dir")" -depth -type d -exec rmdir {} + 2>/dev/null || true
    fi
  done
}

stop() {
  local dir=$1
  halt "$dir"
  umount --lazy "$dir/root" "$dir/layers/lower" "$dir/layers" 2>/dev/null || true
  rm -rf --one-file-system "$dir"
}

command=$1
shift
case "$command" in
  mount) mount_layers "$@" ;;
  boot) boot "$@" ;;
  run) run_inside "$@" ;;
  halt) halt "$@" ;;
  stop) stop "$@" ;;
  *) exit 64 ;;
esac
