#!/bin/sh
# Usage: with-setup.sh COMMAND [ARGUMENT…]
# Brings the machine to the state this tree needs (pnpm, packages, Debian packages, bundles), then runs COMMAND in
# the caller's directory with the pinned node and the project's tools first in PATH. Each part leaves a stamp, so a
# machine that is ready costs a few milliseconds. Only errors and what is being installed are told, on stderr.
set -eu

PNPM_VERSION=12.21.0

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
tools=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/netvis-ctl/pnpm-$PNPM_VERSION
stamps=$root/node_modules/.netvis-ctl
debian_stamp=$stamps/debian-$(id -u)

say() { printf 'set-up: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

# Runs a command quietly; what it printed is shown only when it fails.
quietly() {
  log=$(mktemp)
  if "$@" </dev/null >"$log" 2>&1; then rm -f "$log"; return 0; fi
  cat "$log" >&2
  rm -f "$log"
  return 1
}

# The hash of everything that decides what `pnpm install` puts into node_modules.
packages_key() {
  (cd "$root" && cat pnpm-lock.yaml pnpm-workspace.yaml package.json */package.json test/*/package.json | sha256sum)
}

packages_ready() {
  [ -x "$root/node_modules/.bin/node" ] && [ "$(cat "$stamps/packages" 2>/dev/null)" = "$PNPM_VERSION $(packages_key)" ]
}

# dpkg's status file changes with every package change, so a newer stamp proves that nothing went away since.
# The stamp is each user's own: what root installs, another user only checks.
debian_ready() {
  [ "$debian_stamp" -nt /var/lib/dpkg/status ] && cmp -s "$debian_stamp" "$root/scripts/debian-packages.txt"
}

# build.ts dates its stamp to its own start: a source that is newer was not looked at yet. Directories count too,
# because a deleted file leaves no other trace.
bundles_ready() (
  cd "$root"
  for built in "$stamps/bundles" control-plane/dist/netvis-ctl.mjs control-plane/dist/main.mjs agent/dist/agent.cjs test/sample-app/dist/api.tar.gz; do [ -e "$built" ] || exit 1; done
  changed=$(find control-plane agent test/sample-app scripts/build.ts pnpm-lock.yaml \
    \( -name node_modules -o -name dist -o -name coverage \) -prune -o -newer "$stamps/bundles" -print -quit)
  [ -z "$changed" ]
)

install_packages() {
  case $(uname -sm) in 'Linux x86_64') ;; *) fail "the pinned runtime is for Linux x86_64; this is $(uname -sm)" ;; esac
  if [ ! -x "$tools/node_modules/.bin/pnpm" ]; then
    command -v npm >/dev/null || fail 'npm is missing; install Node 18 or newer with npm'
    say "installing pnpm $PNPM_VERSION"
    quietly npm install --prefix "$tools" --no-audit --no-fund --no-save "pnpm@$PNPM_VERSION" || fail 'npm could not install pnpm'
  fi
  say 'installing packages'
  quietly env CI=true "$tools/node_modules/.bin/pnpm" --dir "$root" install --frozen-lockfile || fail 'pnpm install failed'
  mkdir -p "$stamps"
  ln -sf ../../netvis-ctl "$root/node_modules/.bin/netvis-ctl"
  printf '%s\n' "$PNPM_VERSION $(packages_key)" >"$stamps/packages"
}

# Without root or apt the packages are only checked: what is missing is told once, and whoever needs it fails clearly.
install_debian() {
  status=0
  sh "$root/scripts/debian-packages.sh" "$root/scripts/debian-packages.txt" || status=$?
  case $status in 0 | 2) cat "$root/scripts/debian-packages.txt" >"$debian_stamp" ;; *) exit 1 ;; esac
}

prepare() {
  packages_ready || install_packages
  debian_ready || install_debian
  bundles_ready || "$root/node_modules/.bin/node" "$root/scripts/build.ts" --stamp "$stamps/bundles" >&2
}

if ! { packages_ready && debian_ready && bundles_ready; }; then
  lock=${TMPDIR:-/tmp}/netvis-ctl-setup.$(id -u).lock
  if command -v flock >/dev/null; then
    { flock 9; prepare 9>&-; } 9>"$lock"
  else
    prepare
  fi
fi

[ $# -gt 0 ] || exit 0
PATH=$root/node_modules/.bin:$PATH
export PATH
exec "$@"
