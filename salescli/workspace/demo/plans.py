"""The plans of the example: by quarter for all who sell and their departments, by month for all."""

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
            everything[quarter] = everything.get(quarter, 0) + whole
    for quarter, amount in everything.items():
        for month, share in _months(quarter, amount):
            set_plan(making.session, "company", month, str(share))


def _months(quarter: str, amount: int) -> Iterator[tuple[str, int]]:
    """The months of a quarter, each with its third; the last has what is left over."""
    year, _, number = quarter.partition("-Q")
    last = 3 * int(number)
    for month in range(last - 2, last + 1):
        yield f"{year}-{month:02}", amount // 3 + (amount % 3 if month == last else 0)


def _quarters(first: date) -> Iterator[str]:
    begin = add_months(first, -((first.month - 1) % 3))
    for number in range(QUARTERS):
        day = add_months(begin, 3 * number)
        yield f"{day.year}-Q{day.month // 3 + 1}"
