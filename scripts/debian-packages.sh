#!/bin/sh
# Usage: debian-packages.sh LIST
# Installs the Debian packages of LIST that are missing, without starting or enabling any service of theirs.
# Exit: 0 all are there · 1 the installation failed · 2 some are missing and this machine or user cannot install them.
set -eu

policy=/usr/sbin/policy-rc.d
ours='# written by netvis-ctl while it installs packages'

say() { printf 'set-up: %s\n' "$*" >&2; }

wanted() { sed 's/#.*//' "$1" | tr -s ' \t\n' ' '; }

missing() {
  installed=$(dpkg-query -W -f='${Package} ${db:Status-Status}\n' "$@" 2>/dev/null | sed -n 's/ installed$//p')
  for package in "$@"; do
    printf '%s\n' "$installed" | grep -qxF "$package" || printf '%s ' "$package"
  done
}

# A policy of the machine is put back as it was; one that an interrupted set-up left is ours and goes away.
deny_service_starts() {
  if [ -e "$policy" ] && ! grep -qxF "$ours" "$policy"; then mv "$policy" "$policy.netvis-ctl-saved"; fi
  printf '#!/bin/sh\n%s\nexit 101\n' "$ours" >"$policy"
  chmod 0755 "$policy"
}

restore_service_policy() {
  rm -f "$policy"
  if [ -e "$policy.netvis-ctl-saved" ]; then mv "$policy.netvis-ctl-saved" "$policy"; fi
}

# PostgreSQL's package makes a cluster of its own otherwise. A file of the machine's stays as it is, and apt keeps ours.
deny_database_cluster() {
  file=/etc/postgresql-common/createcluster.conf
  [ -e "$file" ] || { mkdir -p "${file%/*}" && printf '%s\ncreate_main_cluster = false\n' "$ours" >"$file"; }
}

# Services of packages that were not here before must not run after the next boot either: the project starts its own.
disable_services() {
  command -v systemctl >/dev/null || return 0
  for package in "$@"; do
    for unit in $(dpkg -L "$package" | sed -n 's#.*/systemd/system/\([^/@]*\.service\)$#\1#p'); do
      systemctl disable --quiet "$unit" 2>/dev/null || say "could not disable $unit of $package"
    done
  done
}

apt() {
  DEBIAN_FRONTEND=noninteractive apt-get -y -qq -o DPkg::Lock::Timeout=120 -o Dpkg::Options::=--force-confold "$@" </dev/null
}

# Package lists are fetched only when the installation does not succeed with the ones at hand.
install() {
  log=$(mktemp)
  if apt install --no-install-recommends "$@" >"$log" 2>&1; then rm -f "$log"; return 0; fi
  if apt update >"$log" 2>&1 && apt install --no-install-recommends "$@" >"$log" 2>&1; then rm -f "$log"; return 0; fi
  cat "$log" >&2
  rm -f "$log"
  return 1
}

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
  say "this is no Debian or Ubuntu; please have these at hand: $(wanted "$1")"
  exit 2
fi
# shellcheck disable=SC2046
absent=$(missing $(wanted "$1"))
[ -n "$absent" ] || exit 0
if [ "$(id -u)" -ne 0 ]; then
  say "not root: install what is missing by \`sudo apt-get install --no-install-recommends $absent\`"
  exit 2
fi

say "installing Debian packages: $absent"
trap restore_service_policy EXIT
trap 'exit 130' INT TERM
deny_service_starts
deny_database_cluster
# shellcheck disable=SC2086
install $absent || { say 'apt-get could not install them'; exit 1; }
# shellcheck disable=SC2086
disable_services $absent
