#!/bin/sh
# Make sure of what a make target needs, and change nothing that is already there.
#
#   scripts/bootstrap.sh [COMMAND...]
#
# First the commands named (from Debian's packages, only the missing ones), then .venv with exactly the packages of
# requirements/dev.txt, each checked against its digest. Says in one sentence what it installs. Needs python3 >= 3.11,
# and root or sudo only when something of Debian's is missing.
set -eu
cd "$(dirname "$0")/.."
PATH=$PATH:/usr/sbin:/sbin

say() { printf '%s\n' "$*" >&2; }

# Fails where Python was built with a library of its own that is not installed, as on a new Debian.
LIBPYTHON='
import ctypes, sysconfig
if sysconfig.get_config_var("Py_ENABLE_SHARED"):
    ctypes.CDLL(sysconfig.get_config_var("INSTSONAME"))'

package_of() {
  case $1 in
    pdftoppm) echo poppler-utils ;;
    ip) echo iproute2 ;;
    nft) echo nftables ;;
    objdump) echo binutils ;;
    gcc) echo gcc libc6-dev ;; # the compiler alone comes without the C library's headers
    bwrap) echo bubblewrap ;;
    soffice) echo libreoffice-writer libreoffice-calc libreoffice-impress ;; # not -nogui: that would take a desktop's own away
    liberation2) echo fonts-liberation2 ;;
    libatomic) echo libatomic1 ;;
    soffice) echo libreoffice-writer libreoffice-calc libreoffice-impress fonts-liberation2 ;; # Vietnamese letters only in version 2 of the fonts
    libpython) python3 -c 'import sys; print("libpython%d.%d" % sys.version_info[:2])' ;;
    *) echo "$1" ;;
  esac
}

is_here() {
  case $1 in
    libatomic) ldconfig -p | grep -q 'libatomic\.so\.1' ;; # a library: the Node programs of .venv do not start without it
    soffice) # each of its programs is a library
      office=$(dirname "$(readlink -f "$(command -v soffice || echo /none)")")
      [ -e "$office/libswlo.so" ] && [ -e "$office/libsclo.so" ] && [ -e "$office/libsdlo.so" ] ;;
    liberation2) # version 1 of these fonts has no Vietnamese letters
      find /usr/share/fonts /usr/local/share/fonts -name LiberationSerif-Regular.ttf -exec \
        grep -qaP 'V\x00e\x00r\x00s\x00i\x00o\x00n\x00 \x002' {} \; -print 2>/dev/null | grep -q . ;;
    gcc) echo '#include <dlfcn.h>' | gcc -fsyntax-only -x c - 2>/dev/null ;;
    libpython) python3 -c "$LIBPYTHON" 2>/dev/null ;; # a library: what is frozen carries it along
    *) command -v "$1" >/dev/null ;;
  esac
}

# Run apt-get without questions, as root; what it prints goes to .tmp/apt.log.
apt() {
  if [ "$(id -u)" -eq 0 ]; then set -- env DEBIAN_FRONTEND=noninteractive apt-get -q -y "$@"
  else set -- sudo env DEBIAN_FRONTEND=noninteractive apt-get -q -y "$@"
  fi
  "$@" > .tmp/apt.log 2>&1
}

install_missing() {
  missing=
  for command in "$@"; do
    is_here "$command" || missing="$missing $(package_of "$command")"
  done
  [ -x .venv/bin/python ] || python3 -c 'import venv, ensurepip' 2>/dev/null || missing="$missing python3-venv"
  [ -n "$missing" ] || return 0
  if ! command -v apt-get >/dev/null; then
    say "Please install these programs with your system's package manager, then try again:$missing"
    exit 1
  fi
  if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
    say "Please install as root:$missing. (This user is not root and there is no sudo.)"
    exit 1
  fi
  say "Installing from Debian's packages what is missing here:$missing (a few minutes; told in .tmp/apt.log)"
  # The lists of packages may be absent (a new machine) or too old: fetch them only if the first try fails.
  # shellcheck disable=SC2086 # a list of words
  apt install --no-install-recommends $missing || { apt update && apt install --no-install-recommends $missing; } || {
    tail -n 20 .tmp/apt.log >&2
    say "Debian's packages could not be installed:$missing"
    exit 1
  }
}

python_is_new_enough() {
  command -v python3 >/dev/null && python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' && return
  say "Python 3.11 or newer is needed as 'python3'."
  exit 1
}

make_venv() {
  wanted=$(cat requirements/dev.txt setup.cfg pyproject.toml | sha256sum | cut -d' ' -f1)
  stamp=.venv/examroom-lock
  if .venv/bin/python -c '' 2>/dev/null; then
    [ "$(cat $stamp 2>/dev/null)" = "$wanted" ] && return
  else
    python3 -m venv --clear .venv
  fi
  say "Setting up .venv with the packages of requirements/dev.txt (some minutes the first time)."
  rm -f $stamp
  # --quiet hides progress, not errors. The second call makes the three packages and commands of this tree importable.
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
  PYTHONWARNINGS=ignore .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
  echo "$wanted" > $stamp
}

python_is_new_enough
mkdir -p .tmp
exec 9> .tmp/bootstrap.lock
flock 9  # two targets started at once must not install over each other
install_missing libatomic "$@"
make_venv
