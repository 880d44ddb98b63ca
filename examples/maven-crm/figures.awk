# Figures of `salescli opportunity list --format csv` with the columns
# id,stage,status,department,owner,created_at,close_date,actual_revenue; one line each, with tabs.
# Amounts are counted in cents, since awk's numbers are floats and sums of cents stay exact.

function cents(money) {
    sub(/ USD$/, "", money)
    sub(/\./, "", money)
    return money + 0
}

# Days since 1 March of the year 0 (Howard Hinnant's civil calendar).
function day_number(day, part, y, m) {
    split(day, part, "-")
    y = part[1] + 0
    m = part[2] + 0
    if (m <= 2) {
        y -= 1
        m += 12
    }
    return 365 * y + int(y / 4) - int(y / 100) + int(y / 400) + int((153 * (m - 3) + 2) / 5) + part[3]
}

function usd(amount) {
    return sprintf("%d.%02d", int(amount / 100), amount % 100)
}

FNR > 1 {
    total += 1
    stages[$2] += 1
    departments[$4] += 1
    if ($3 == "won") {
        won += 1
        sum += cents($8)
        won_by[$4] += 1
        sum_by[$4] += cents($8)
        won_in[substr($7, 1, 7)] += 1
        sum_in[substr($7, 1, 7)] += cents($8)
        days += day_number($7) - day_number($6)
    } else if ($3 == "lost") {
        lost += 1
        lost_in[substr($7, 1, 7)] += 1
    }
}

END {
    OFS = "\t"
    sorted = "LC_ALL=C sort"
    print "deals", total
    for (stage in stages) print "stage", stage, stages[stage] | sorted
    close(sorted)
    printf "win rate\t%d of %d\t%.2f %%\n", won, won + lost, 100 * won / (won + lost)
    print "won", won, usd(sum)
    for (name in departments) print "manager", name, won_by[name] + 0, usd(sum_by[name]) | sorted
    close(sorted)
    for (month in lost_in) months[month] = 1
    for (month in won_in) months[month] = 1
    for (month in months)
        print "closed", month, won_in[month] + 0, usd(sum_in[month]), lost_in[month] + 0 | sorted
    close(sorted)
    printf "mean cycle of won deals\t%d of %d\t%.1f days\n", days, won, days / won
}
