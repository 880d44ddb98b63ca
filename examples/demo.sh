#!/bin/sh
# An example store and its funnel: demo.sh SALESCLI PLACE
# Run again it keeps the store and draws it anew.
set -eu
salescli=$1
place=$2
store=$place/store

mkdir -p "$place"
if [ ! -e "$store/salescli.yaml" ]; then
    "$salescli" demo "$store"
fi
"$salescli" -C "$store" report funnel >"$place/funnel.txt"
"$salescli" -C "$store" report funnel --png - >"$place/funnel.png"

cat "$place/funnel.txt"
cat <<END

Store    $store
Funnel   $place/funnel.png
         $place/funnel.txt
Look on  $salescli -C $store opportunity list
         $salescli -C $store next --person anna-berzina
END
