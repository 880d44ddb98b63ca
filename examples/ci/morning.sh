#!/bin/sh
# What happened since the last message, for a chat: morning.sh STORE COMMAND…
# The message is the command's input, so that no address and no token stands here, as in
#   15 7 * * 1-5  morning.sh ~/sales curl --fail --silent --data-binary @- "$CHAT_ADDRESS"
# Nothing is sent where nothing happened. The time of the last message is kept in the file that
# MORNING_FILE names; the first message begins with yesterday, and one that couldn't be sent is told
# in the next.
set -eu
store=$1
shift
kept=${MORNING_FILE:-$store/.salescli/morning}
since=$(cat "$kept" 2>/dev/null) || since=yesterday
now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
code=0
message=$(salescli -C "$store" changes --since "$since" --format md) || code=$?
case $code in
    0) ;;
    4) message="$message

Something can't be read, so this isn't all: salescli check" ;;
    *) exit "$code" ;;
esac
case $code,$(printf '%s\n' "$message" | head -n 1) in
    0,*": nothing happened"*) ;;
    *) printf '%s\n' "$message" | "$@" ;;
esac
mkdir -p "$(dirname "$kept")"
printf '%s\n' "$now" >"$kept"
exit "$code"
