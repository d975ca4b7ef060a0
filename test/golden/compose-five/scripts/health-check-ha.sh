#!/bin/sh
# Checks replication and the Sentinels; exit 0 when both are well, 1 otherwise. Run it beside docker-compose.ha.yml.
cd "$(dirname "$0")/.." || exit 2
limit=1048576
wrong=0

complain() {
  echo "$1" >&2
  wrong=1
}

in_container() {
  docker compose -f docker-compose.ha.yml exec -T "$@" 2>/dev/null
}

check_replication() {
  lags=$(in_container postgres-primary psql -U shopkeeper -d shop -p 5432 -Atc \
    "SELECT application_name || ' ' || pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn) FROM pg_stat_replication WHERE state = 'streaming'") ||
    { complain 'CRITICAL: PostgreSQL primary does not answer'; return; }
  [ -n "$lags" ] || { complain 'CRITICAL: no PostgreSQL replica streams'; return; }
  while read -r replica lag; do
    [ "${lag%%.*}" -le "$limit" ] || complain "WARNING: replica $replica is $lag bytes behind"
  done <<LAGS
$lags
LAGS
}

check_sentinel() {
  master=$(in_container "$1" redis-cli -p 26379 SENTINEL get-master-addr-by-name shop-master | head -n 1)
  [ -n "$master" ] || complain "CRITICAL: $1 names no master"
}

check_replication
check_sentinel redis-sentinel-1
check_sentinel redis-sentinel-2
check_sentinel redis-sentinel-3
check_sentinel redis-sentinel-4
check_sentinel redis-sentinel-5
[ "$wrong" -eq 0 ] && echo OK
exit "$wrong"
