#!/bin/sh
# Sentinel calls this when the master's address changes: NAME ROLE STATE FROM-IP FROM-PORT TO-IP TO-PORT.
set -eu
kind=client-reconfig message="$1: master moves from $4:$5 to $6:$7 ($2, $3)"

# One JSON line for the agent; nothing in an event can end the string or the line.
clean() {
  printf '%s' "$1" | tr '\000-\037\177' ' ' | sed 's/[\\"]/\\&/g'
}
spool=/data/sentinel.jsonl
size=$(stat -c %s "$spool" 2>/dev/null || echo 0)
[ "$size" -lt 1048576 ] || mv -f "$spool" "$spool.old"
printf '{"time":"%s","source":"sentinel","kind":"%s","message":"%s"}\n' \
  "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$(clean "$kind")" "$(clean "$message")" >> "$spool"
