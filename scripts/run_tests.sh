#!/bin/sh
# All tests but the soak, as `make test` runs them; arguments are passed on to pytest.
#
# Some need root: they build networks of their own and fill small disks. Where this user is not root but has sudo, they
# are run through it, first, while a password that was asked for still counts. Where there is neither they are skipped,
# and the last lines say so.
set -eu
cd "$(dirname "$0")/.."
python=.venv/bin/python
# Three at a time, on however many cores, the slow browser tests first: half of the time is waiting for what a machine does by the clock.
side_by_side="-n 3 --no-loadscope-reorder"

say() { printf '%s\n' "$*" >&2; }

# Without a terminal sudo must not ask.
may_sudo() {
  command -v sudo >/dev/null || return 1
  if [ -t 0 ]; then sudo true; else sudo -n true 2>/dev/null; fi
}

if [ "$(id -u)" -eq 0 ]; then
  exec $python -m pytest $side_by_side "$@"
elif may_sudo; then
  say "Running the tests that need root, through sudo."
  status=0
  # Nothing of root's may be left lying in this tree.
  sudo env PATH="$PATH:/usr/sbin:/sbin" PYTHONUTF8=1 PYTHONDONTWRITEBYTECODE=1 sh -c '
    scratch=$(mktemp -d)
    trap "rm -rf $scratch" EXIT
    export HYPOTHESIS_STORAGE_DIRECTORY="$scratch/examples"
    "$0" -m pytest -m "root and not soak" -o cache_dir="$scratch/cache" "$@"
  ' "$python" "$@" || status=$?
  [ $status -ne 5 ] || status=0 # none of those that were asked for needs root
  say "Running all others."
  $python -m pytest $side_by_side -m "not root and not soak" "$@" || status=$?
  exit $status
else
  say "This user is not root and cannot use sudo: the tests that need it will be skipped."
  exec $python -m pytest $side_by_side "$@"
fi
