"""What a product line is made of: the catalogue's product and the price in force that day."""

from collections.abc import Mapping
from datetime import date

from salescli.model.catalogues import value_on
from salescli.model.chronology import choose_instant
from salescli.model.errors import Refused, finding
from salescli.model.events import Json
from salescli.workspace.session import Session


def line_values(
    session: Session, product: str | None, values: Mapping[str, Json]
) -> dict[str, Json]:
    """A line's values: the product's price in force that day unless one was typed."""
    line = {"quantity": "1", **values}
    line = {name: value for name, value in line.items() if value is not None}
    line.setdefault("quantity", "1")
    if product is not None:
        line["product"] = product
    elif line.get("title") is None:
        text = "a line is a product of the catalogue, or has a --title of its own"
        hint = "salescli product list shows the catalogue"
        raise Refused(finding("missing-value", text, hint=hint, field="product"))
    if line.get("price") is None:
        line["price"] = _price_in_force(session, line.get("product"))
    return line


def _price_in_force(session: Session, product: Json) -> str:
    """The price that a product has on the day of the command's event; raises `Refused`."""
    if product is None:
        text = "a line with a title of its own needs a price: --price MONEY"
        raise Refused(finding("missing-value", text, field="price"))
    day = event_day(session)
    price = value_on(session.products.products[str(product)].prices, day)
    if price is None:
        hint = f"salescli product price {product} MONEY --from {day}, or --price MONEY here"
        text = f"{product} has no price on {day}"
        raise Refused(finding("missing-value", text, hint=hint, field="price"))
    return str(price)


def event_day(session: Session) -> date:
    """The local day that the command's event will have."""
    at = choose_instant(session.at, session.calendar, session.now, ())
    return session.calendar.day_of(at)
