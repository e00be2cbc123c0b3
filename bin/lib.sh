# Shared by bin/run and bin/test, which read it: packages, Python, catalogues, and ending what was started.
#
# Everything here is safe to repeat, asks nothing, and takes no time when nothing is missing. Where packages and
# Python distributions come from is the machine's affair: apt and pip read their own configuration.
# shellcheck shell=bash

project=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
readonly project
readonly environment=$project/.venv
readonly python=$environment/bin/python

# What the site itself needs from the system. WeasyPrint loads Pango and HarfBuzz; libharfbuzz-subset0 is not
# among Pango's dependencies, and without it every document takes five seconds. libmagic names refused files.
# Certificates are printed in Noto Serif CJK, and in the other fonts where it lacks a letter or a rare character.
readonly site_packages=(
  libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 libmagic1
  fontconfig fonts-noto-cjk fonts-dejavu-core fonts-hanazono fonts-babelstone-han
)

say() {
  printf '%s\n' "$*" >&2
}

give_up() {
  say "$*"
  exit 1
}

# ------------------------------------------------------------------------------------------------ processes

# The leaders of the process groups that were started and have not been waited for.
leaders=()

# Starts a command in the background, as the leader of a process group of its own, so that it can be ended with
# all that it started; setpriv has the kernel end it when this script is killed and can end nothing itself.
# The command must be a program: a function would be run by a shell that keeps the signal for itself.
start() {
  set -m
  setpriv --pdeathsig TERM -- "$@" &
  set +m
  leaders+=("$!")
}

# Runs a long step so that a signal to this script alone ends it at once: bash handles signals while it waits,
# but not while a command runs in the foreground.
attend() {
  start "$@"
  wait "${leaders[-1]}"
  unset 'leaders[-1]'
}

# Ends all that was started in the background, and does not return before it has ended.
end_children() {
  trap '' INT TERM HUP
  local pid deadline=$((SECONDS + 10))
  for pid in "${leaders[@]}"; do
    kill -TERM "$pid" || true
  done
  for pid in "${leaders[@]}"; do
    while kill -0 "$pid" && ((SECONDS < deadline)); do
      sleep 0.1
    done
    # Whoever is left: one that did not end within ten seconds, or the workers of a server that was killed.
    kill -KILL -- "-$pid" || true
  done
} 2>/dev/null

trap end_children EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# One set-up at a time: two copies that are started together would build the same environment.
begin_setup() {
  mkdir -p "$project/var"
  exec {setup_lock}>"$project/var/setup.lock"
  flock --nonblock "$setup_lock" || {
    say "Another set-up of this project is running; waiting for it …"
    flock "$setup_lock"
  }
}

# What is still running in the background then keeps the lock until it is done.
end_setup() {
  exec {setup_lock}>&-
}

# ------------------------------------------------------------------------------------------------- packages

# Prints those of the named Debian packages that are not installed. A package is there under the names it
# provides as well: later releases call libmagic1 libmagic1t64.
missing_packages() {
  local installed name
  installed=$(
    dpkg-query --show --showformat='${db:Status-Status} ${Package}, ${Provides}\n' \
      | sed -n 's/^installed //p' | tr --squeeze-repeats ', ' '\n'
  )
  for name in "$@"; do
    grep --quiet --line-regexp --fixed-strings -- "$name" <<<"$installed" || printf '%s\n' "$name"
  done
}

# Installs Debian packages. Fails, having named the one command that would do it, where that would need a password.
install_packages() {
  local -a as_root=() missing
  if ! command -v dpkg-query >/dev/null; then
    say "This system has no Debian packages; going on in the hope that it has what these give: $*"
    return
  fi
  mapfile -t missing < <(missing_packages "$@")
  ((${#missing[@]})) || return 0
  if ((EUID != 0)); then
    if ! sudo --non-interactive true 2>/dev/null; then
      say "Packages are missing. Please run:"
      say "  sudo apt-get update && sudo apt-get install --yes --no-install-recommends ${missing[*]}"
      return 1
    fi
    as_root=(sudo --non-interactive)
  fi
  say "Installing ${missing[*]} …"
  # In the foreground: a package manager should not be ended half way. Lists that cannot be refreshed may still do.
  apt_get update || true
  apt_get install --yes --no-install-recommends "${missing[@]}"
}

# Called by install_packages, whose as_root it uses.
apt_get() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l \
    apt-get -qq --option DPkg::Lock::Timeout=600 --option Dpkg::Use-Pty=0 "$@" </dev/null >/dev/null
}

# --------------------------------------------------------------------------------------------------- Python

system_python_will_do() {
  python3 -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

# Installs what the site needs, and Python where it is missing.
prepare_system() {
  local -a packages=("${site_packages[@]}")
  system_python_will_do || packages+=(python3 python3-venv)
  install_packages "${packages[@]}"
  system_python_will_do || give_up "Python 3.11 or newer with its venv module is needed, as python3."
}

# Prints what an environment with these requirements depends on: the Python, the place, and the pins.
fingerprint() {
  { python3 -VV && printf '%s\n' "$environment" && cat -- "$@"; } | sha256sum
}

install_requirements() {
  # The files name everything with its hash, so that nothing is resolved. All of it comes ready-made but
  # Flask-Principal, which Flask-Security needs: it was last released before there were wheels.
  attend "$python" -m pip install --quiet --no-input --disable-pip-version-check --progress-bar off \
    --no-deps --use-pep517 --require-hashes --requirement "$1"
}

# Makes .venv afresh when the pins, the Python or the project's place have changed, so that it never holds more
# than the pins say.
make_environment() {
  local wanted
  wanted=$(fingerprint "$project/requirements.txt")
  [[ $(cat "$environment/made-from" 2>/dev/null) == "$wanted" ]] && return
  say "Making the Python environment …"
  rm -rf -- "$environment"
  attend python3 -m venv "$environment"
  install_requirements "$project/requirements.txt"
  printf '%s\n' "$wanted" >"$environment/made-from"
}

add_test_tools() {
  local wanted
  wanted=$(fingerprint "$project/requirements.txt" "$project/requirements-dev.txt")
  [[ $(cat "$environment/made-from-dev" 2>/dev/null) == "$wanted" ]] && return
  say "Adding the test tools to the Python environment …"
  install_requirements "$project/requirements-dev.txt"
  printf '%s\n' "$wanted" >"$environment/made-from-dev"
}

# Compiles the catalogues that are newer than what was compiled from them.
compile_translations() {
  local source
  for source in "$project"/registry/translations/*/LC_MESSAGES/*.po; do
    if [[ -e $source && ! ${source%.po}.mo -nt $source ]]; then
      attend "$python" -m babel.messages.frontend --quiet compile --directory "$project/registry/translations"
      return
    fi
  done
}

# Prints the Chromium that browser tests drive: the one named in CHROMIUM, the system's, or Playwright's own.
browser() {
  if [[ -n ${CHROMIUM:-} ]]; then
    printf '%s\n' "$CHROMIUM"
  elif ! command -v chromium google-chrome | head --lines 1 | grep .; then
    "$python" - <<'END' 2>/dev/null
import pathlib, sys
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    path = playwright.chromium.executable_path
    sys.exit(print(path) if pathlib.Path(path).exists() else 1)
END
  fi
}
