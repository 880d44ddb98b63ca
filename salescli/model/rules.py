"""Rules of one deal that need no disk. Written once; they hold for commands, import and `check`.

References to other records are not looked at here: who reads the store resolves them.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

import msgspec

from salescli.model.amounts import currencies_of
from salescli.model.catalogues import Competitor, Dictionary, choice_named
from salescli.model.conversion import Path
from salescli.model.definition import Definition
from salescli.model.errors import Finding, finding
from salescli.model.nearest import did_you_mean
from salescli.model.records import Line, Opportunity, Rival

LOCKED_WHEN_CLOSED = ("budget", "probability", "close_date", "products")
LOST_TO = "competitor-won"
UNKNOWN_WINNER = "unknown"
TAKE_OUT = "put the stage right, or take the line out; then salescli check --fix"
# Findings about how a deal is led, not about what its files say.
ADVICE = frozenset({"no-decision-maker"})


def locked_fields(definition: Definition, stage: str) -> frozenset[str]:
    """The fields that can't be changed while a deal stands in the stage."""
    entry = definition.stage_named(stage)
    return frozenset() if entry is None or entry.is_open else frozenset(LOCKED_WHEN_CLOSED)


def check_locked(
    definition: Definition, stage: str, paths: Iterable[str], address: str = "OPP"
) -> list[Finding]:
    """Refusals for changes (paths as in events) of what a final stage locks; one a field."""
    locked = locked_fields(definition, stage)
    touched = dict.fromkeys(path.partition("/")[0] for path in paths)
    return [
        finding(
            "locked-field",
            f"{name} can't be changed at {_stage_name(definition, stage)}: the deal is closed",
            hint=f"salescli opp reopen {address} --to STAGE --reason TEXT",
            field=name,
        )
        for name in touched
        if name in locked
    ]


def _stage_name(definition: Definition, stage: str) -> str:
    entry = definition.stage_named(stage)
    return stage if entry is None else entry.name


def probability_rule(definition: Definition, stage: str, percent: int) -> Finding | None:
    """Whether a probability may be set by hand at a stage: within 0–100, its cap, and open."""
    entry = definition.stage_named(stage)
    if not 0 <= percent <= 100:
        text = f"{percent} % is not a probability: it lies between 0 and 100"
        return finding("not-a-percentage", text, hint="0 to 100", field="probability")
    if entry is None:
        return None
    if not entry.is_open:
        text = f"the probability of a closed deal is {definition.cap_of(stage)} %, set by its stage"
        hint = "leave it empty"
        return finding("probability-when-closed", text, hint=hint, field="probability")
    if percent > entry.cap:
        text = f"{percent} % is above what {entry.name} allows ({entry.cap} %)"
        hint = "advance the deal first, or leave it out: the stage decides then"
        return finding("above-cap", text, hint=hint, field="probability")
    return None


def check_opportunity(
    deal: Opportunity,
    definition: Definition,
    close_reasons: Dictionary | None = None,
    competitors: Mapping[str, Competitor] | None = None,
) -> list[Finding]:
    """Everything that is wrong with a deal by itself; warnings are marked as such.

    `close_reasons` tells which reasons need details; without it `other` alone does. Without
    `competitors` nobody knows what rivals sell, and nothing is said of it.
    """
    found: list[Finding] = []
    if definition.stage_named(deal.stage) is None:
        text = f"{deal.process} has no stage {deal.stage!r}"
        hint = f"stages are {', '.join(stage.stage for stage in definition.stages)}"
        found.append(finding("unknown-stage", text, hint=hint, field="stage"))
    if deal.probability is not None:
        broken = probability_rule(definition, deal.stage, deal.probability)
        found += [] if broken is None else [broken]
    found += _check_money(deal)
    found += _check_closing(deal, definition, close_reasons or {})
    found += _check_lists(deal)
    found += [entry for _, entry in check_lines(deal)]
    for rival in deal.competitors if competitors is not None else ():
        unknown = rival_product_rule(rival, competitors or {})
        found += [] if unknown is None else [unknown]
    return found + check_deciders(deal, definition)


def rival_product_rule(rival: Rival, competitors: Mapping[str, Competitor]) -> Finding | None:
    """Whether what a rival offers in a deal is a product of that competitor's catalogue.

    Nothing is said of a competitor that isn't there: that is told as such.
    """
    entry = competitors.get(rival.competitor)
    if entry is None or rival.product is None or rival.product in entry.products:
        return None
    names = {name: key for key, product in entry.products.items() for name in (key, product.name)}
    hint = did_you_mean(rival.product, names)
    return finding(
        "no-such-rival-product",
        f"{entry.name} has no product {rival.product!r}",
        hint=hint or f'salescli competitor product add {rival.competitor} "{rival.product}"',
        field="competitors",
    )


def _check_money(deal: Opportunity) -> list[Finding]:
    currencies = sorted(currencies_of(deal))
    if len(currencies) < 2:
        return []
    text = f"the money of one deal is in one currency, here it is in {', '.join(currencies)}"
    return [finding("two-currencies", text, field="budget")]


def _check_closing(
    deal: Opportunity, definition: Definition, close_reasons: Dictionary
) -> list[Finding]:
    status = definition.status_of(deal.stage)
    found: list[Finding] = []
    if status == "open":
        if deal.archived:
            text = "only a closed deal can be archived"
            found.append(finding("archived-open", text, hint=TAKE_OUT, field="archived"))
    elif deal.close_date is None:
        text = "a closed deal has the day of its closing"
        hint = "write close_date: with that day, like 2026-12-15"
        found.append(finding("closed-without-day", text, hint=hint, field="close_date"))
    if deal.actual_revenue is not None and status != "won":
        text = f"only a won deal has a revenue ({deal.actual_revenue}), this one is {status}"
        found.append(finding("revenue-not-won", text, hint=TAKE_OUT, field="actual_revenue"))
    if status in ("open", "won"):
        found += _check_no_reason(deal, status)
    else:
        found += _check_reason(deal, status, close_reasons)
    return found


def _check_no_reason(deal: Opportunity, status: str) -> list[Finding]:
    return [
        finding(
            "reason-not-failed",
            f"{name} belongs to a deal that was not won; this one is {status}",
            hint=TAKE_OUT,
            field=name,
        )
        for name in ("close_reason", "close_details", "winner")
        if getattr(deal, name) is not None
    ]


def _check_reason(deal: Opportunity, status: str, close_reasons: Dictionary) -> list[Finding]:
    found: list[Finding] = []
    if deal.close_reason is None:
        text = f"a {status} deal has a reason"
        hint = _reasons_hint(close_reasons)
        found.append(finding("reason-needed", text, hint=hint, field="close_reason"))
    elif needs_details(deal.close_reason, close_reasons) and not deal.close_details:
        text = f"the reason {deal.close_reason!r} wants details"
        found.append(finding("details-needed", text, field="close_details"))
    if deal.close_reason == LOST_TO and deal.winner is None:
        text = f"{LOST_TO} wants the winner, or {UNKNOWN_WINNER}"
        hint = f"--winner COMPETITOR, or --winner {UNKNOWN_WINNER}"
        found.append(finding("winner-needed", text, hint=hint, field="winner"))
    if deal.close_reason != LOST_TO and deal.winner is not None:
        text = f"a winner belongs to the reason {LOST_TO}"
        hint = '--winner "" takes the winner out'
        found.append(finding("winner-not-asked", text, hint=hint, field="winner"))
    return found


def _reasons_hint(close_reasons: Dictionary) -> str:
    entries = ((name, choice_named(close_reasons, name)) for name in close_reasons)
    offered = [name for name, c in entries if c and not c.retired and not c.imported]
    return f"write close_reason: with one of {', '.join(offered)}" if offered else ""


def needs_details(reason: str, close_reasons: Dictionary) -> bool:
    """Whether a reason wants words beside it."""
    entry = choice_named(close_reasons, reason)
    return reason == "other" if entry is None else bool(entry.details)


def _check_lists(deal: Opportunity) -> list[Finding]:
    contacts = [entry.contact for entry in deal.contacts]
    rivals = [entry.competitor for entry in deal.competitors]
    members = [entry.member for entry in deal.team]
    lines = [entry.line for entry in deal.products]
    found: list[Finding] = []
    for name, keys in (
        ("contacts", contacts),
        ("competitors", rivals),
        ("team", members),
        ("products", lines),
        ("leads", deal.leads),
    ):
        found += _check_keys(name, keys)
    for name, value, listed in (
        ("main_contact", deal.main_contact, contacts),
        ("main_competitor", deal.main_competitor, rivals),
        ("winner", deal.winner, [*rivals, UNKNOWN_WINNER]),
    ):
        if value is not None and value not in listed:
            where = "contacts" if name == "main_contact" else "competitors"
            text = f"{name} {value} is not among the deal's {where}"
            option = name.replace("_", "-")
            hint = (
                f"salescli opp {where.removesuffix('s')} add {deal.id} {value}\n"
                f"or salescli opp set {deal.id} --{option} ''"
            )
            found.append(finding("not-in-list", text, hint=hint, field=name))
    return found


def _check_keys(name: str, keys: Sequence[str]) -> list[Finding]:
    twice = dict.fromkeys(key for key in keys if keys.count(key) > 1)
    return [
        finding("twice-in-list", f"{key} stands twice in {name}", hint="keep one", field=name)
        for key in twice
    ]


def check_lines(deal: Opportunity) -> list[tuple[Path, Finding]]:
    """What is wrong with product lines by themselves, each with where in the record it stands."""
    return [
        (("products", number, key), entry)
        for number, line in enumerate(deal.products)
        for key, entry in _check_line(line)
    ]


def _check_line(line: Line) -> list[tuple[str, Finding]]:
    """(the key at fault, the finding)."""
    found: list[tuple[str, Finding]] = []
    if (line.product is None) == (line.title is None):
        text = f"line {line.line} names a product or has a title of its own: exactly one of them"
        hint = "write product: with an id of products.yaml, or title: with a text"
        key = "line" if line.product is None else "title"
        found.append((key, finding("line-of-what", text, hint=hint, field="products")))
    for entry in check_line_numbers(line.quantity, line.discount):
        text = f"line {line.line}: {entry.text}"
        told = msgspec.structs.replace(entry, text=text, field="products")
        found.append((entry.field, told))
    return found


def check_line_numbers(quantity: Decimal | None, discount: Decimal | None) -> list[Finding]:
    """What is wrong with a line's quantity and discount (percent); None is left out."""
    found: list[Finding] = []
    if quantity is not None and quantity <= 0:
        text = f"a quantity is more than 0, not {quantity:f}"
        found.append(finding("bad-quantity", text, field="quantity"))
    if discount is not None and not 0 <= discount <= 100:
        text = f"a discount lies between 0 and 100 percent, not {discount:f}"
        found.append(finding("bad-discount", text, field="discount"))
    for name, number in (("quantity", quantity), ("discount", discount)):
        if number is not None and _decimals(number) > 3:
            text = f"{name} {number} has more than 3 decimals"
            found.append(finding("too-many-decimals", text, field=name))
    return found


def _decimals(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 99


def check_deciders(deal: Opportunity, definition: Definition) -> list[Finding]:
    """The warning for an open deal past `key-contacts` in which nobody is known to decide."""
    stages = [stage.stage for stage in definition.stages if stage.is_open]
    if "key-contacts" not in stages or deal.stage not in stages:
        return []
    is_past = stages.index(deal.stage) > stages.index("key-contacts")
    if not is_past or any(entry.role == "decision-maker" for entry in deal.contacts):
        return []
    text = "nobody is known to decide, and the deal is past the stage that finds it out"
    hint = "find out who decides; that contact has the role decision-maker"
    return [finding("no-decision-maker", text, hint=hint, field="contacts", warning=True)]
