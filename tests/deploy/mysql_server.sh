#!/bin/sh
# Starts MySQL as the image named in deploy/compose.yaml does, as far as that file uses it: sets the server up
# in an empty volume, with the database and the user of its variables, then serves it.
set -eu
data=/var/lib/mysql
if [ ! -d "$data/mysql" ]; then
  password="$(cat "$MYSQL_PASSWORD_FILE")"
  cat >/run/first.sql <<SQL
CREATE DATABASE $MYSQL_DATABASE;
CREATE USER $MYSQL_USER@'%' IDENTIFIED BY '$password';
GRANT ALL ON $MYSQL_DATABASE.* TO $MYSQL_USER@'%';
SQL
  mysqld --no-defaults --user=root --datadir="$data" --initialize --init-file=/run/first.sql
  rm /run/first.sql
fi
exec mysqld --no-defaults --user=root --datadir="$data" --mysqlx=0 --secure-file-priv= --socket=/run/mysqld.sock
