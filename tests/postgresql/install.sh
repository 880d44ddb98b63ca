# A PostgreSQL for `make test-postgresql`: Debian's, installed where we may.
set -eu
ls /usr/lib/postgresql/*/bin/initdb > /dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql > /dev/null
else
    echo "There is no PostgreSQL here: apt-get install postgresql" >&2
    exit 1
fi
