#!/bin/sh
# The first start makes this Sentinel's own configuration, with the password from the environment.
set -eu
umask 077
conf=/data/sentinel.conf
if [ ! -e "$conf" ]; then
  password=$(printf '%s' "$REDIS_PASSWORD" | sed 's/[\\"]/\\&/g')
  cat /seed/sentinel.conf > "$conf.new"
  printf '\nsentinel auth-pass %s "%s"\n' netvis-master "$password" >> "$conf.new"
  mv "$conf.new" "$conf"
fi
exec redis-sentinel "$conf"
