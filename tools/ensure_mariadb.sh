#!/usr/bin/env bash
# The tests of the store start a private MariaDB server on a socket of their own. This makes sure that
# there is one to start, or says how to get it.
set -euo pipefail

if [[ -n "${ONCOMETRY_TEST_DATABASE:-}" ]]; then
  echo "Tests use the server named by ONCOMETRY_TEST_DATABASE."
  exit 0
fi

found() {
  local path="$PATH:/usr/sbin:/usr/local/sbin:/usr/local/bin:/usr/bin:/opt/homebrew/bin"
  PATH="$path" command -v mariadbd >/dev/null && PATH="$path" command -v mariadb-install-db >/dev/null
}

if ! found && [[ "$(id -u)" == 0 ]] && command -v apt-get >/dev/null; then
  echo "MariaDB is not installed; installing the package mariadb-server."
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq </dev/null
  apt-get install -y -qq --no-install-recommends mariadb-server </dev/null >/dev/null
fi

if ! found; then
  cat >&2 <<'SAY'
The tests need a MariaDB server to start privately (no service, no root needed). Get it with one of
  Debian, Ubuntu   sudo apt-get install mariadb-server
  Fedora           sudo dnf install mariadb-server
  macOS            brew install mariadb
  conda            conda install -c conda-forge mariadb
or name a running server (MySQL 8.4, MariaDB 10.11 or later) and a user who may create databases; the tests
make databases of their own, named oncometry_test_..., and drop them:
  ONCOMETRY_TEST_DATABASE=mysql+pymysql://USER:PASSWORD@HOST/ make test
SAY
  exit 1
fi
