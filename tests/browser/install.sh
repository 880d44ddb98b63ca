#!/bin/sh
# What the tests of pages need and isn't there: chromium by apt-get (as root), playwright by pip.
# install.sh [PYTHON]: without PYTHON the browser alone.
set -eu

if [ -z "${SALESCLI_CHROMIUM:-}" ] && ! command -v chromium >/dev/null; then
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        echo "No chromium here. Install it (Debian: apt-get install chromium)," >&2
        echo "or name another one: SALESCLI_CHROMIUM=/path/to/chromium make test-browser" >&2
        exit 1
    fi
    apt-get -qq update
    apt-get -qq install --yes --no-install-recommends chromium
fi
[ $# = 0 ] || "$1" -c "import playwright" 2>/dev/null ||
    "$1" -m pip install --quiet --disable-pip-version-check --editable '.[browser]'
