#!/bin/sh
# Make the virtual environment. On a bare Debian the venv module is a package of its own: root installs it.
set -eu
python=$1 venv=$2
if ! "$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))'; then
    for other in python3.11; do command -v "$other" >/dev/null 2>&1 && python=$other; done
fi
"$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || {
    echo "Keqing needs Python 3.11; found $("$python" --version). Run: make run PYTHON=/path/to/python3.11" >&2
    exit 1
}
if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null
    else
        echo "The venv module is missing. Run once: sudo apt-get install -y python3-venv" >&2
        exit 1
    fi
fi
"$python" -m venv "$venv"
