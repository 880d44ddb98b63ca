#!/bin/sh
# An example store and its funnel: demo.sh SALESCLI PLACE
# Run again it keeps the store and draws it anew.
set -eu
salescli=$1
place=$2
store=$place/store
story="Penthouse for the Petrovs, the long one"

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
Look on  $salescli -C $store next --person anna-berzina
         $salescli -C $store agenda --person anna-berzina --week
         $salescli -C $store opportunity board
         $salescli -C $store opportunity show "$story"
         $salescli -C $store opportunity timeline "$story"
END
