#!/bin/sh
# Sentinel calls this with an event's type and description.
set -eu
kind=$1 message=$2

# One JSON line for the agent; nothing in an event can end the string or the line.
clean() {
  printf '%s' "$1" | tr '\000-\037\177' ' ' | sed 's/[\\"]/\\&/g'
}
spool=/data/sentinel.jsonl
size=$(stat -c %s "$spool" 2>/dev/null || echo 0)
[ "$size" -lt 1048576 ] || mv -f "$spool" "$spool.old"
printf '{"time":"%s","source":"sentinel","kind":"%s","message":"%s"}\n' \
  "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$(clean "$kind")" "$(clean "$message")" >> "$spool"
