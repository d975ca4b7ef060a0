#!/bin/sh
# The first start makes the server's own configuration, with the password from the environment.
set -eu
umask 077
conf=/data/redis.conf
if [ ! -e "$conf" ]; then
  password=$(printf '%s' "$REDIS_PASSWORD" | sed 's/[\\"]/\\&/g')
  cat /seed/redis.conf > "$conf.new"
  printf '\nrequirepass "%s"\nmasterauth "%s"\n' "$password" "$password" >> "$conf.new"
  mv "$conf.new" "$conf"
fi
exec redis-server "$conf"
