#!/bin/sh
# Runs once, after the primary's database is made and before it accepts connections.
set -eu
psql -v ON_ERROR_STOP=1 -v password="$REPL_PASSWORD" --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
CREATE ROLE "copier" LOGIN REPLICATION PASSWORD :'password';
-- Takes effect at the next start, when a standby can answer.
ALTER SYSTEM SET synchronous_standby_names = 'FIRST 1 (standby1, standby2, standby3)';
SQL
