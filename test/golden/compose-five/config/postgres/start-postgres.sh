#!/bin/sh
# start-postgres.sh primary|replica. A replica clones the primary before its first start: with an empty data directory
# it would become a database of its own.
set -eu
data=/var/lib/postgresql/data
chown postgres:postgres "$data" /var/lib/postgresql/archive
if [ "$1" = replica ] && [ ! -s "$data/PG_VERSION" ]; then
  until su postgres -c "pg_basebackup -h postgres-primary -p 5432 -D $data -X stream -c fast --no-password"; do
    echo 'start-postgres: the primary does not answer yet' >&2
    find "$data" -mindepth 1 -delete
    sleep 2
  done
  sed -i -E '/^(synchronous_standby_names|primary_conninfo) /d' "$data/postgresql.auto.conf"
  su postgres -c "touch $data/standby.signal"
fi
exec docker-entrypoint.sh postgres -c config_file=/etc/postgresql/postgresql.conf
