#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A freshly installed Debian 12 as a folder to boot (machine.sh), and a folder of packages from which it installs with no network: both are
# made once, with this computer's own apt sources, and kept. Needs root.
#
#   debian.sh base DIR              makes DIR/base: Debian as debootstrap leaves it, and what a server's installation adds
#   debian.sh mirror DIR PACKAGE…   makes DIR/mirror: these packages (names, or .deb files), and what they need beside DIR/base
set -euo pipefail

suite=bookworm
extra=dbus,libpam-systemd,sudo

# Where this computer's apt gets Debian from.
origin() {
  # shellcheck disable=SC2016 # apt's own variable
  apt-get indextargets --format '$(REPO_URI)' "Codename: $suite" 'Created-By: Packages' 'Component: main' | head -n 1
}

make_base() {
  local dir=$1 from
  if [ -e "$dir/base" ]; then return; fi
  mkdir -p "$dir"
  from=$(origin)
  if [ -z "$from" ]; then
    apt-get update
    from=$(origin)
  fi
  rm -rf --one-file-system "$dir/base.new"
  debootstrap --include="$extra" "$suite" "$dir/base.new" "${from:?"apt has no source of $suite"}"
  # What debootstrap copied from this computer, or the first of many machines would give the others.
  rm -f "$dir"/base.new/var/cache/apt/archives/*.deb "$dir/base.new/etc/resolv.conf" "$dir/base.new/etc/hostname"
  : >"$dir/base.new/etc/machine-id"
  echo 'deb [trusted=yes] file:/opt/mirror ./' >"$dir/base.new/etc/apt/sources.list"
  mkdir "$dir/base.new/opt/mirror"
  mv "$dir/base.new" "$dir/base"
}

# What that Debian would fetch to install these. Files that are there are not fetched again.
make_mirror() {
  local dir=$1
  shift
  mkdir -p "$dir/mirror/partial"
  apt-get --yes --download-only -o Dir::State::status="$dir/base/var/lib/dpkg/status" -o Dir::Cache::archives="$dir/mirror" \
    -o APT::Sandbox::User=root install "$@"
  (cd "$dir/mirror" && dpkg-scanpackages --multiversion . >Packages 2>/dev/null)
}

command=$1
shift
case "$command" in
  base) make_base "$@" ;;
  mirror) make_mirror "$@" ;;
  *) exit 64 ;;
esac
