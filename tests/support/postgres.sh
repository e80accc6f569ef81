#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A private PostgreSQL in a folder of its own, on a Unix socket only:
#   postgres.sh start DIR     makes and starts it; prints its URL
#   postgres.sh stop DIR      ends it at once
#   postgres.sh with COMMAND…  runs COMMAND with CLASSCAST_TEST_DATABASE set to a fresh one, and ends it
set -euo pipefail

programs=$(find /usr/lib/postgresql -maxdepth 2 -name bin | sort -V | tail -n 1)

# A test ends programs, not machines: nothing is gained by waiting for the disk (fsync=off).
# PostgreSQL refuses to run as root.
as_owner() {
  local dir=$1
  shift
  if [ "$(id -u)" = 0 ]; then
    (cd "$dir" && exec setpriv --reuid=nobody --regid="$(id -g nobody)" --clear-groups env HOME="$dir" "$@")
  else
    (cd "$dir" && exec "$@")
  fi
}

start() {
  local dir=$1
  mkdir -p "$dir"
  chmod 700 "$dir"
  if [ "$(id -u)" = 0 ]; then chown nobody: "$dir"; fi
  if [ ! -d "$dir/data" ]; then
    as_owner "$dir" "$programs/initdb" -D "$dir/data" -U classcast --auth=trust --no-sync --encoding=UTF8 \
      --locale=C.UTF-8 --no-instructions >/dev/null
  fi
  as_owner "$dir" "$programs/pg_ctl" -D "$dir/data" -w -t 30 -l "$dir/log" \
    -o "-c listen_addresses='' -c unix_socket_directories=$dir -c max_connections=40 -c fsync=off -c shared_buffers=16MB" \
    start >/dev/null
  echo "postgresql:///postgres?host=$dir&user=classcast"
}

stop() { as_owner "$1" "$programs/pg_ctl" -D "$1/data" -m immediate -w stop >/dev/null || true; }

case ${1:-} in
  start) start "$2" ;;
  stop) stop "$2" ;;
  with)
    shift
    dir=$(mktemp -d)
    trap 'stop "$dir"; rm -rf "$dir"' EXIT
    CLASSCAST_TEST_DATABASE=$(start "$dir")
    export CLASSCAST_TEST_DATABASE
    "$@"
    ;;
  *)
    echo "usage: postgres.sh start DIR | stop DIR | with COMMAND…" >&2
    exit 64
    ;;
esac
