# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Installing and building, shared by scripts/demo, scripts/test and scripts/bench. Sourced from the top of the checkout.

began=$(date +%s%3N)
logs=build/logs
mkdir -p "$logs"

elapsed() { awk -v ms=$(($(date +%s%3N) - began)) 'BEGIN { printf "[%6.1f s]", ms / 1000 }'; }

# Background jobs get a process group each, so that a job ends with all its children.
jobs_running=()
in_background() {
  set -m
  "$@" </dev/null &
  jobs_running+=($!)
  set +m
}
end_jobs() {
  local job
  for job in "${jobs_running[@]}"; do
    kill -- "-$job" 2>/dev/null || true
    wait "$job" 2>/dev/null || true
  done
  jobs_running=()
}
trap 'end_jobs; exit 130' INT TERM HUP

tell_progress() {
  while sleep 10; do
    echo "$(elapsed)   $(tail -n 1 "$1" | tr -d '\r' | cut -c 1-90)"
  done
}

log_of() { echo "$logs/$(tr -c 'a-z0-9\n' - <<<"${1,,}").log"; }

# step TITLE COMMAND…: runs it with its output in a log, says now and then how far it is, shows the log's end on failure.
step() {
  local title=$1 log status=0
  shift
  log=$(log_of "$title")
  echo "$(elapsed) $title"
  in_background "$@" >"$log" 2>&1
  in_background tell_progress "$log"
  wait "${jobs_running[0]}" || status=$?
  end_jobs
  if [ "$status" != 0 ]; then
    echo "$(elapsed) $title: failed. The end of $log:" >&2
    tail -n 40 "$log" >&2
  fi
  return "$status"
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    echo "this needs root, or sudo: $*" >&2
    return 1
  fi
}

# Of these groups of scripts/lib/packages, what is not installed yet.
missing_packages() {
  local group wanted=()
  for group in "$@"; do
    mapfile -t -O "${#wanted[@]}" wanted < <(sed -n "s/^$group  *//p" scripts/lib/packages | tr ' ' '\n')
  done
  command -v node >/dev/null || wanted+=(nodejs)
  command -v npm >/dev/null || wanted+=(npm)
  comm -23 <(printf '%s\n' "${wanted[@]}" | sort -u) \
    <(dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' 2>/dev/null | sed -n 's/^ii  *//p' | sort -u)
}

apt_install() {
  as_root apt-get update &&
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
}

install_packages() {
  local missing
  mapfile -t missing < <(missing_packages "$@")
  if [ "${#missing[@]}" -gt 0 ]; then
    step "Installing ${#missing[@]} Debian packages" apt_install "${missing[@]}"
  fi
}

# npm ci where the lock file is newer than what is installed.
node_modules() {
  if [ ! "$1/node_modules/.package-lock.json" -nt "$1/package-lock.json" ]; then
    step "Installing the npm packages of $1" npm --prefix "$1" ci
  fi
}

build_preset() {
  local preset=$1
  shift
  cmake --preset "$preset" && cmake --build "build/$preset" -j "$(nproc)" "$@"
}

build_viewer() {
  node_modules web-viewer
  if [ ! -e web-viewer/dist/index.html ] ||
    [ -n "$(find web-viewer -path web-viewer/node_modules -prune -o -path web-viewer/dist -prune -o \
      -type f -newer web-viewer/dist/index.html -print -quit)" ]; then
    step 'Building the viewer' npm --prefix web-viewer run build
  fi
}

programs=(classcast-server classcast-relay classcast-recorder classcastd classcastctl rtsp-camera tone-feeder heap-probe)

# The programs and what drives them.
build_system() {
  step 'Building the programs' build_preset release --target "${programs[@]}"
  build_viewer
  node_modules tests
}
