#!/usr/bin/env bash
# Puts a MySQL server of its own into a folder, for `make test-mysql`: packages of Debian sid with all they need,
# unpacked and run with their own C library, so that nothing of the system is changed and no root is needed.
# The tests find it there (tests/servers.py) and start it on a port of their own.
set -euo pipefail

root="${ONCOMETRY_MYSQL_ROOT:-${XDG_CACHE_HOME:-$HOME/.cache}/oncometry/mysql}"

if [[ -n "${ONCOMETRY_TEST_DATABASE:-}" ]]; then
  echo "Tests use the server named by ONCOMETRY_TEST_DATABASE."
  exit 0
fi
if [[ -e "$root/.complete" ]]; then
  echo "MySQL $(<"$root/.complete") is in $root."
  exit 0
fi
if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then
  cat >&2 <<'SAY'
MySQL is fetched as Debian packages, which this machine has no apt-get for. Name a running server (MySQL 8.4 or
later) and a user who may create databases; the tests make databases of their own and drop them:
  ONCOMETRY_TEST_DATABASE=mysql+pymysql://USER:PASSWORD@HOST/ make test-mysql
SAY
  exit 1
fi

keyring=/usr/share/keyrings/debian-archive-keyring.gpg
if [[ ! -e "$keyring" ]]; then
  echo "The packages are checked with $keyring: apt-get install debian-archive-keyring." >&2
  exit 1
fi

# A world of its own for apt: no installed packages, one source, checked by the keys of Debian.
rm -rf "$root"
mkdir -p "$root"/apt/{lists/partial,cache/archives/partial,etc/apt.conf.d,etc/preferences.d}
trap 'rm -rf "$root/apt"' EXIT
: >"$root/apt/status"
echo "deb [signed-by=$keyring] ${ONCOMETRY_DEBIAN_MIRROR:-http://deb.debian.org/debian} sid main" >"$root/apt/etc/sources.list"
apt=(apt-get -qq
  -o Dir::State="$root/apt" -o Dir::State::status="$root/apt/status" -o Dir::State::lists="$root/apt/lists"
  -o Dir::Cache="$root/apt/cache"
  -o Dir::Etc::sourcelist="$root/apt/etc/sources.list" -o Dir::Etc::sourceparts=-
  -o Dir::Etc::preferencesparts="$root/apt/etc/preferences.d"
  -o APT::Install-Recommends=false -o Acquire::Languages=none -o APT::Sandbox::User= -o Debug::NoLocking=1)
"${apt[@]}" update </dev/null
"${apt[@]}" install --download-only --yes mysql-server-core </dev/null
for package in "$root"/apt/cache/archives/*.deb; do
  dpkg-deb --extract "$package" "$root"
done
daemon="$(find "$root/usr/sbin" -name mysqld)"
if [[ -z "$daemon" ]]; then
  echo "The packages hold no mysqld." >&2
  exit 1
fi
loader="$(find "$root" -name 'ld-linux-*.so.*' -not -type d | head -1)"
libraries="$(dirname "$(find "$root/usr/lib" -name 'libstdc++.so.6' | head -1)")"
cat >"$root/mysqld" <<RUN
#!/bin/sh
exec "$loader" --library-path "$libraries" "$daemon" --no-defaults --basedir="$root/usr" "\$@"
RUN
chmod +x "$root/mysqld"
"$root/mysqld" --version | sed -E 's/.*Ver ([0-9.]+).*/\1/' >"$root/version"
mv "$root/version" "$root/.complete"
echo "MySQL $(<"$root/.complete") is in $root."
