# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What scripts/install-server and scripts/install-classroom share. Sourced from the top of the checkout.

say() { echo "${0##*/}: $*"; }

refuse() {
  say "$2" >&2
  exit "$1"
}

need_root() {
  if [ "$(id -u)" != 0 ]; then refuse 77 'run this as root'; fi
}

# ask VARIABLE QUESTION DEFAULT: keeps what an option has set; asks unless unattended.
ask() {
  local -n variable=$1
  if [ -n "$variable" ]; then return; fi
  if [ "$unattended" = no ]; then read -rp "$2 [$3] " variable; fi
  if [ -z "$variable" ]; then variable=$3; fi
}

# put FILE: standard input becomes the file.
put() {
  mkdir -p "$(dirname "$1")"
  cat >"$1"
  chmod 0644 "$1"
  say "wrote $1"
}

# newest_package FOLDER PART
newest_package() {
  find "$1" -maxdepth 1 -name "classcast-$2_*.deb" | sort -V | tail -n 1
}

# install_package PART: from the folder $packages, or built from this checkout. What is to be installed is checked when there are checksums.
install_package() {
  local part=$1 file
  if [ -z "$packages" ]; then
    scripts/lib/build-packages
    packages=build/packages
  fi
  if [ -e "$packages/SHA256SUMS" ]; then
    (cd "$packages" && sha256sum --check --quiet --ignore-missing SHA256SUMS) || refuse 65 "a package in $packages is damaged"
  fi
  file=$(newest_package "$packages" "$part")
  if [ -z "$file" ]; then refuse 66 "there is no classcast-${part}_*.deb in $packages"; fi
  # The recommended sound tools come along; nothing is asked, changed configuration files are kept.
  env DEBIAN_FRONTEND=noninteractive apt-get install --yes --allow-downgrades -o Dpkg::Options::=--force-confold "$(realpath "$file")"
}
