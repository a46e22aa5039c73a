# shellcheck shell=sh
# What is missing on this machine in, a Hearth that can start out.
#
# Sourced by deploy/run, deploy/test and deploy/install, never run by itself:
#   . deploy/setup.sh; setup ROOT run|test
# ROOT is a checkout, or a copy of one. It installs missing system packages (apt, as root or with
# sudo), makes ROOT/.venv, installs the pinned packages of ROOT/deploy/lock and fetches the default
# language model. A stamp in .venv makes the next start take no time and no network.
#
# Variables: HEARTH_PYTHON names another Python; HEARTH_STATE the state directory;
# HEARTH_TORCH_CUDA=1 accepts a PyTorch with CUDA; HEARTH_NO_MODEL=1 leaves the model out;
# HEARTH_NO_APT=1 trusts that the system packages are there.

RUN_PACKAGES="ca-certificates mosquitto espeak-ng libportaudio2 flite util-linux"
BUILD_PACKAGES="gcc libc6-dev pkg-config libsystemd-dev" # systemd-python comes as source only
TEST_PACKAGES="iproute2 mosquitto-clients openssl shellcheck"
CONTAINER_PACKAGES="systemd-container mmdebstrap debian-archive-keyring" # only root can boot one

if [ -t 2 ]; then bold=$(printf '\033[1m') plain=$(printf '\033[0m'); else bold='' plain=''; fi

say() { printf '%s==>%s %s\n' "$bold" "$plain" "$*" >&2; }
die() {
    printf '%serror:%s %s\n' "$bold" "$plain" "$*" >&2
    exit 1
}

setup() { # setup ROOT run|test
    root=$1 kind=$2
    check_machine
    # Two starts at once would install into each other's hands: the second waits for the first.
    exec 9<"$root"
    flock -n 9 || { say "Waiting for another set-up of $root to end"; flock 9; }
    [ -n "${HEARTH_NO_APT:-}" ] || install_system_packages
    find_python
    stamp="$root/.venv/.hearth-$kind"
    if [ "$(cat "$stamp" 2>/dev/null)" != "$(fingerprint)" ]; then
        began=$(date +%s)
        make_venv
        install_python_packages
        fingerprint >"$stamp"
        say "Set up in $(($(date +%s) - began)) s. The next start takes no set-up and no network."
    fi
    fetch_models
    exec 9<&-
}

check_machine() {
    os=unknown
    # shellcheck disable=SC1091  # a file of the machine
    [ -r /etc/os-release ] && os=$(. /etc/os-release && echo "${ID:-} ${ID_LIKE:-}")
    case " $os " in
    *" debian "* | *" raspbian "*) ;;
    *) die "this is '$os', but Hearth's set-up knows Debian (12, 13) and Raspberry Pi OS, whose packages it installs with apt." ;;
    esac
    arch=$(dpkg --print-architecture) # a 64-bit kernel may carry a 32-bit system
    case $arch in
    amd64 | arm64) ;;
    *) die "this system is $arch; Hearth needs a 64-bit one (amd64 or arm64). On a Raspberry Pi, write the 64-bit Raspberry Pi OS to the card." ;;
    esac
}

# --- Python ----------------------------------------------------------------------------------

fits() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; }

find_python() {
    for python in "${HEARTH_PYTHON:-}" "$root/.venv/bin/python" /usr/bin/python3 python3.13 python3.12 \
        python3.11 python3; do
        if [ -n "$python" ] && command -v "$python" >/dev/null && fits "$python"; then return; fi
        [ -z "$python" ] || [ "$python" != "${HEARTH_PYTHON:-}" ] ||
            die "HEARTH_PYTHON=$python is not a Python 3.11, 3.12 or 3.13."
    done
    die "no Python 3.11, 3.12 or 3.13 was found (Debian 12 and 13 have one); HEARTH_PYTHON can name it."
}

fingerprint() {
    {
        cat "$root/pyproject.toml" "$root"/deploy/lock/*.txt "$root/deploy/setup.sh"
        readlink -f "$root/.venv/bin/python"
        echo "$root ${HEARTH_TORCH_CUDA:-}"
    } | sha256sum
}

make_venv() {
    [ ! -e "$root/.venv" ] || [ -w "$root/.venv" ] ||
        die "$root/.venv belongs to somebody else, and has to be brought up to date. Remove it, or start this as its owner."
    if [ -x "$root/.venv/bin/pip" ] && fits "$root/.venv/bin/python"; then return; fi
    say "Making a virtual environment in $root/.venv ($("$python" --version))"
    "$python" -m venv --clear "$root/.venv" ||
        die "$python cannot make a virtual environment; see the message above."
}

pip() { "$root/.venv/bin/python" -m pip --disable-pip-version-check --no-input "$@"; }

install_python_packages() {
    loud=--quiet
    [ -t 2 ] && loud=--progress-bar=on
    set -- --requirement "$root/deploy/lock/run.txt"
    [ "$kind" = test ] && set -- "$@" --requirement "$root/deploy/lock/test.txt"
    say "Installing pinned Python packages, checked by their hashes (some 150 MB)"
    pip install "$loud" --no-deps --require-hashes --prefer-binary --use-pep517 "$@" ||
        die "the Python packages could not be installed; see the message above, then start again. If that does not help, remove $root/.venv first."
    install_torch
    say "Installing Hearth itself"
    # An interrupted set-up leaves half a record here, which pip refuses to replace.
    rm -rf "$root"/.venv/lib/python3*/site-packages/hearthd-*.dist-info
    pip install --quiet --no-deps --editable "$root" ||
        die "Hearth itself could not be installed; see the message above."
}

install_torch() { # the CPU build only: a CUDA build drags in gigabytes that a small computer cannot use
    "$root/.venv/bin/python" -c 'import torch' 2>/dev/null && torch_is_pinned && return
    say "Installing PyTorch for the language model (100 to 200 MB)"
    offered=$(pip install --quiet --dry-run --ignore-installed --no-deps --report - \
        --requirement "$root/deploy/lock/torch.txt") ||
        die "PyTorch could not be found; see the message above, then start again."
    deps=--no-deps
    case $offered in
    *'"nvidia-'* | *'"cuda-toolkit'*)
        if [ -z "${HEARTH_TORCH_CUDA:-}" ]; then
            say "NOT installed: your package index offers PyTorch only with CUDA (gigabytes)."
            say "Hearth runs without its language model. To get the small build, name PyTorch's index of"
            say "CPU builds (pytorch.org, 'Start Locally', CPU) in PIP_EXTRA_INDEX_URL and start again;"
            say "or accept the large one with HEARTH_TORCH_CUDA=1."
            return
        fi
        deps=--upgrade-strategy=only-if-needed
        ;;
    esac
    pip install "$loud" "$deps" --requirement "$root/deploy/lock/torch.txt" ||
        die "PyTorch could not be installed; see the message above, then start again."
    "$root/.venv/bin/python" -c 'import torch' || die "PyTorch was installed but cannot be imported."
}

has_torch() { "$root/.venv/bin/python" -c 'import importlib.util as u, sys; sys.exit(not u.find_spec("torch"))'; }

torch_is_pinned() {
    version=$("$root/.venv/bin/python" -c 'import torch; print(torch.__version__.split("+")[0])')
    grep "platform_machine == '$(uname -m)'" "$root/deploy/lock/torch.txt" | grep -q "^torch==$version "
}

fetch_models() { # into the state directory, as hearth.config.state_dir() finds it
    fetch_model smollm2-135m "the default language model, SmolLM2-135M-Instruct (93 MB), and converting it once"
    fetch_model all-minilm-l6-v2 "the sentence encoder, all-MiniLM-L6-v2 (84 MB)"
}

fetch_model() { # fetch_model NAME WHAT
    state=${HEARTH_STATE:-${XDG_STATE_HOME:-$HOME/.local/state}/hearth}
    if [ -n "${HEARTH_NO_MODEL:-}" ] || [ -d "$state/models/$1" ]; then return 0; fi
    has_torch || return 0
    say "Fetching $2"
    "$root/.venv/bin/hearth" models fetch "$1" >&2 && return 0
    [ "$kind" = run ] || die "$1 could not be fetched; see the message above."
    say "$1 could not be fetched; Hearth goes on without it. The next start tries again."
}

# --- system packages -------------------------------------------------------------------------

install_system_packages() {
    wanted="$RUN_PACKAGES $BUILD_PACKAGES"
    case ${HEARTH_PYTHON:-/usr/bin/python3} in
    /usr/bin/*) wanted="python3 python3-venv python3-dev $wanted" ;; # Debian's own Python
    esac
    [ "$kind" = test ] && wanted="$wanted $TEST_PACKAGES"
    [ "$kind" = test ] && [ "$(id -u)" = 0 ] && wanted="$wanted $CONTAINER_PACKAGES"
    missing=
    for package in $wanted; do
        case $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) in
        installed) ;;
        *) missing="$missing $package" ;;
        esac
    done
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" = 0 ]; then
        sudo=
    elif command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
        sudo=sudo
    else
        die "these system packages are missing and this user may not install them. As root, type
    apt-get install --no-install-recommends$missing
and start again."
    fi
    say "Installing system packages with apt:$missing"
    # shellcheck disable=SC2086  # a list of words
    if ! apt_install $missing; then
        say "Reading the package lists anew"
        $sudo apt-get update -q >&2 || say "apt-get update failed; trying with the lists at hand"
        # shellcheck disable=SC2086
        apt_install $missing || die "apt could not install:$missing. See the message above."
    fi
}

apt_install() {
    # Hearth starts a Mosquitto of its own. One that Debian installs now would also start, and at
    # every boot: it is kept from both. One that was here before is not touched.
    policy=/usr/sbin/policy-rc.d made_policy=
    new_broker=
    case " $* " in *" mosquitto "*) new_broker=yes ;; esac
    if [ -n "$new_broker" ] && [ ! -e $policy ]; then
        made_policy=yes
        # shellcheck disable=SC2016  # $1 belongs to that script
        printf '#!/bin/sh\n[ "$1" != mosquitto ] || exit 101\n' | $sudo tee $policy >/dev/null
        $sudo chmod 755 $policy
    fi
    status=0
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -q -o Dpkg::Use-Pty=0 \
        --no-install-recommends "$@" >&2 || status=$?
    [ -z "$made_policy" ] || $sudo rm -f $policy
    if [ -n "$new_broker" ] && [ $status = 0 ] && command -v systemctl >/dev/null; then
        $sudo systemctl --quiet disable mosquitto 2>/dev/null || true
    fi
    return $status
}
