"""The plans of the example: by quarter for all who sell and their departments, a year's for all."""

from collections.abc import Iterator
from datetime import date

from salescli.model.calendar import add_months
from salescli.workspace.demo.making import Making, person_ids
from salescli.workspace.plans import set_plan

QUARTERS = 6  # those of the year and the one after it
STEP = 25_000  # by so much more each of a department is to sell than the one before
LEAST = 350_000


def make_plans(making: Making) -> None:
    """Plans for every quarter that the example touches, and for the next."""
    making.go_to(making.begin)
    quarters = list(_quarters(making.begin.date()))
    everything: dict[str, int] = {}
    for department, people in person_ids().items():
        amounts = {who: LEAST + STEP * place for place, who in enumerate(people)}
        for quarter in quarters:
            for who, amount in amounts.items():
                set_plan(making.session, f"owner={who}", quarter, str(amount))
            whole = sum(amounts.values())
            set_plan(making.session, f"department={department}", quarter, str(whole))
            year = quarter[:4]
            everything[year] = everything.get(year, 0) + whole
    for year, amount in everything.items():
        set_plan(making.session, "company", year, str(amount))


def _quarters(first: date) -> Iterator[str]:
    begin = add_months(first, -((first.month - 1) % 3))
    for number in range(QUARTERS):
        day = add_months(begin, 3 * number)
        yield f"{day.year}-Q{day.month // 3 + 1}"
