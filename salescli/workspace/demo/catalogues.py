"""The named things of the example: people, products and their prices, competitors, dictionaries."""

from datetime import timedelta

from salescli.workspace.catalogue import create_named, set_named
from salescli.workspace.demo import names
from salescli.workspace.demo.making import MANAGER, Making
from salescli.workspace.dictionaries import Flags, add_dictionary_value, set_dictionary_value
from salescli.workspace.rivals import add_rival_product, set_rival_product

RETIRED = {"retired": "yes"}


def make_catalogues(making: Making) -> None:
    """All named things as they are on the first day, and the prices that come later."""
    making.go_to(making.begin)
    _team(making)
    _products(making)
    _competitors(making)
    _dictionaries(making)


def _team(making: Making) -> None:
    session = making.session
    since = making.begin.date().isoformat()
    raised = (making.begin + timedelta(days=180)).date().isoformat()
    for slug, name, parent, _ in names.DEPARTMENTS:
        create_named(session, "department", name, {"parent": parent} if parent else {}, slug)
    for slug, name, department, hourly in names.PEOPLE:
        rates = [f"{since}={hourly}"]
        if slug in names.RAISED:
            rates.append(f"{raised}={int(hourly) + 2}")
        typed = {"department": department, "hourly": "\n".join(rates)}
        if slug == MANAGER:
            set_named(session, "person", slug, typed)
        else:
            emails = {"emails": f"{slug}@riverside.example"}
            create_named(session, "person", name, {**emails, **typed}, slug)
    for slug, _, _, manager in names.DEPARTMENTS:
        set_named(session, "department", slug, {"manager": manager})


def _products(making: Making) -> None:
    session = making.session
    first = making.begin.date()
    for slug, name, group, price in (*names.FLATS, *names.UNIT_PRODUCTS):
        prices = [f"{first}={price}"]
        if slug in names.RISES:
            days, risen = names.RISES[slug]
            prices.append(f"{first + timedelta(days=days)}={risen}")
        typed = {"group": group, "prices": "\n".join(prices)}
        create_named(session, "product", name, typed, slug)
    for slug, name, group in names.OLD_PRODUCTS:
        create_named(session, "product", name, {"group": group}, slug)
        set_named(session, "product", slug, RETIRED)


def _competitors(making: Making) -> None:
    session = making.session
    for slug, name, strengths, weaknesses in (*names.COMPETITORS, names.OLD_COMPETITOR):
        typed = {"strengths": strengths, "weaknesses": weaknesses}
        create_named(session, "competitor", name, typed, slug)
    sold = (*names.RIVAL_PRODUCTS, names.OLD_RIVAL_PRODUCT)
    for rival, slug, name, strengths, weaknesses in sold:
        typed = {"strengths": strengths, "weaknesses": weaknesses}
        add_rival_product(session, rival, name, typed, slug)
    set_rival_product(session, *names.OLD_RIVAL_PRODUCT[:2], RETIRED)
    set_named(session, "competitor", names.OLD_COMPETITOR[0], RETIRED)


def _dictionaries(making: Making) -> None:
    session = making.session
    add_dictionary_value(session, "sources", "fair", "Housing fair")
    add_dictionary_value(session, "sources", "radio", "Radio")
    set_dictionary_value(session, "sources", "radio", None, Flags(retired=True))
