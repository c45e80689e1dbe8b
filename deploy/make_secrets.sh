#!/bin/sh
# Draw the database's password, once: a file for the server and an option file for Oncometry.
set -eu
folder="$(dirname "$0")/secrets"
if [ -e "$folder/mysql_password" ]; then
  echo "$folder is there already; the database keeps the password it was made with."
  exit 0
fi
umask 077
mkdir -p "$folder"
password="$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')"
printf '[client]\npassword=%s\n' "$password" >"$folder/mysql_client"
printf '%s' "$password" >"$folder/mysql_password"
# The users in the containers read them through mounts of their own; the folder keeps all others out.
chmod 644 "$folder/mysql_client" "$folder/mysql_password"
