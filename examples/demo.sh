#!/bin/sh
# An example store, its funnel and a page of figures: demo.sh SALESCLI PLACE
# Run again it keeps the store and draws them anew.
set -eu
salescli=$1
place=$2
store=$place/store
story="Penthouse for the Petrovs, the long one"

mkdir -p "$place"
if [ ! -e "$store/salescli.yaml" ]; then
    "$salescli" demo "$store"
fi

report() {
    "$salescli" -C "$store" report "$@" --period this-year
}
report funnel --created any >"$place/funnel.txt"
report funnel --created any --png - >"$place/funnel.png"
report dashboard overview --html - >"$place/overview.html"

cat "$place/funnel.txt"
cat <<END

Store    $store
Funnel   $place/funnel.png
         $place/funnel.txt
Page     $place/overview.html
Look on  $salescli -C $store next --person anna-berzina
         $salescli -C $store agenda --person anna-berzina --week
         $salescli -C $store opportunity board
         $salescli -C $store opportunity show "$story"
         $salescli -C $store opportunity timeline "$story"
END
