"""The product line of a deal's row: what was sold, how many, at which price."""

from collections.abc import Collection

from salescli.model.catalogues import value_on
from salescli.model.errors import Gathered, Refused, finding
from salescli.model.events import Json
from salescli.model.money import parse_money
from salescli.workspace.importing.reading import Reading
from salescli.workspace.importing.references import Resolver
from salescli.workspace.session import Session


class Lines:
    """Reads the lines of one import; `makes` products that aren't there."""

    def __init__(self, session: Session, resolver: Resolver, *, makes: bool) -> None:
        self.session = session
        self.resolver = resolver
        self.makes = makes

    def read(self, reading: Reading, day: str) -> dict[str, Json]:
        """The product line of a row, at the row's price or at the list's on that day, if any."""
        gathered = Gathered()
        line: dict[str, Json] = {}
        with gathered.trying("product"):
            line["product"] = self.product(reading.texts["product"])
        line["quantity"] = reading.texts.get("quantity", "1")
        with gathered.trying("price"):
            if "price" in reading.texts:
                currency = self.session.settings.currency
                line["price"] = str(parse_money(reading.texts["price"], currency))
            elif day and "product" in line and "price" not in reading.broken:
                line["price"] = self._listed_price(str(line["product"]), day)
        gathered.raise_all()
        return line

    def _listed_price(self, product: str, day: str) -> str:
        """The price of a product on a day of its list."""
        prices = self.session.products.products[product].prices
        price = value_on(prices, self.session.calendar.parse_day(day, self.session.today))
        if price is None:
            raise Refused(
                finding(
                    "missing-value",
                    f"{product} has no price on {day}",
                    hint=f"salescli product set {product} --price DAY=MONEY, or map a `price`",
                    field="product",
                )
            )
        return str(price)

    def product(self, text: str, there: Collection[str | None] = ()) -> str:
        """The id of the product that a row names; those that are `there` may be retired."""
        slug = self.resolver.slug_of("product", text) if there else None
        known = slug if there and slug in there else None
        return self.resolver.named("product", text, "product", create=self.makes, there=known)
