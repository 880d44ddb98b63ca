"""The products of competitors: finding one by what people type, adding, changing, removing.

They stand inside their competitor in competitors.yaml; each change patches the lines of one.
"""

import re
from collections.abc import Mapping
from typing import Any

from salescli.model.catalogues import Competitor, RivalProduct
from salescli.model.conversion import build_document
from salescli.model.errors import Gathered, NotFound, Refused, finding
from salescli.model.fields import key_order, spec_named
from salescli.model.ids import fold_name
from salescli.model.nearest import did_you_mean
from salescli.store import layout
from salescli.store.patch import Edit, Remove, Set, patch
from salescli.workspace.catalogue import new_slug
from salescli.workspace.named import find_named
from salescli.workspace.outcome import Outcome
from salescli.workspace.references import record_paths
from salescli.workspace.session import Session
from salescli.workspace.titles import told_fields
from salescli.workspace.values import read_value

SHOWN = 10  # files that a refusal names


def find_rival_product(session: Session, rival: str, text: str) -> str:
    """The id of a competitor's product that `text` names, to be put on a deal.

    Raises `NotFound` with the nearest, `Refused` for a retired one. Of a competitor that isn't
    there nothing is known: the text comes back as it is.
    """
    entry = session.competitors.competitors.get(rival)
    if entry is None:
        return text
    key = _named_in(rival, entry, text)
    if entry.products[key].retired:
        raise Refused(
            finding(
                "retired",
                f"{entry.products[key].name} of {entry.name} is retired",
                hint=f"salescli competitor product set {rival} {key} --retired no",
                field="product",
            )
        )
    return key


def _named_in(rival: str, entry: Competitor, text: str) -> str:
    if text in entry.products:
        return text
    wanted = fold_name(text)
    found = [key for key, product in entry.products.items() if fold_name(product.name) == wanted]
    if len(found) == 1:
        return found[0]
    if found:
        text = f"{text!r} may be {', '.join(found)}"
        raise NotFound(finding("ambiguous", text, hint="give its id", field="product"))
    known = [*entry.products, *(product.name for product in entry.products.values())]
    raise NotFound(
        finding(
            "no-such-rival-product",
            f"{entry.name} has no product {text!r}",
            hint=did_you_mean(text, known) or f'salescli competitor product add {rival} "{text}"',
            field="product",
        )
    )


def add_rival_product(
    session: Session, rival: str, name: str, typed: Mapping[str, str], slug: str | None = None
) -> Outcome:
    """Add a product to a competitor; its id is made from the name unless given."""
    key = find_named(session, "competitor", rival)
    entry = session.competitors.competitors[key]
    gathered = Gathered()
    values: dict[str, Any] = {}
    with gathered.trying("id"):
        slug = new_slug(name, slug, entry.products, "product")
    with gathered.trying():
        values = _read(session, {"name": name, **typed})
    gathered.raise_all()
    assert slug is not None
    document = {name: value for name, value in values.items() if value is not None}
    place = ("competitors", key, "products")
    if entry.products:
        _patch(session, [Set((*place, slug), document)])
    else:  # the key of all products has its place among those of the competitor
        _patch(session, [Set(place, {slug: document}, key_order(Competitor))])
    return Outcome((slug,), (), f"add product {slug} to competitor {key}")


def set_rival_product(
    session: Session, rival: str, product: str, typed: Mapping[str, str]
) -> Outcome:
    """Change fields of a competitor's product; its id stays."""
    key = find_named(session, "competitor", rival)
    entry = session.competitors.competitors[key]
    slug = _named_in(key, entry, product)
    before = build_document(entry.products[slug])
    values = _read(session, typed)
    changed = {name: value for name, value in values.items() if value != before.get(name)}
    if not changed:
        return Outcome((slug,), ("Nothing to change: it says so already.",))
    place = ("competitors", key, "products", slug)
    order = key_order(RivalProduct)
    edits: list[Edit] = [
        Remove((*place, name)) if value is None else Set((*place, name), value, order)
        for name, value in changed.items()
    ]
    _patch(session, edits)
    return Outcome((slug,), (), f"set {told_fields(changed)} of product {slug} of competitor {key}")


def remove_rival_product(session: Session, rival: str, product: str) -> Outcome:
    """Take a product off a competitor; raises `Refused` with the deals that name it."""
    key = find_named(session, "competitor", rival)
    slug = _named_in(key, session.competitors.competitors[key], product)
    naming = _files_naming(session, slug)
    if naming:
        more = f" and {len(naming) - SHOWN} more" if len(naming) > SHOWN else ""
        raise Refused(
            finding(
                "still-referred-to",
                f"{slug} is referred to by {', '.join(naming[:SHOWN])}{more}",
                hint=f"salescli competitor product set {key} {slug} --retired yes",
                field="product",
            )
        )
    _patch(session, [Remove(("competitors", key, "products", slug))])
    return Outcome((slug,), (), f"remove product {slug} of competitor {key}")


def _files_naming(session: Session, slug: str) -> list[str]:
    """Facts and histories of deals in which the word stands after `product`.

    A history is never changed, so an id that was used in it stays in the catalogue for ever.
    """
    named = re.compile(rb"\bproduct\W{1,6}" + re.escape(slug.encode()) + rb"(?![a-z0-9-])")
    folder = f"{layout.FOLDERS['opportunity']}/"
    return [
        path
        for path in record_paths(session)
        if path.startswith(folder) and named.search(session.files.read(path) or b"")
    ]


def _read(session: Session, typed: Mapping[str, str]) -> dict[str, Any]:
    gathered = Gathered()
    values: dict[str, Any] = {}
    for name, text in typed.items():
        with gathered.trying(name):
            spec = spec_named(RivalProduct, name)
            assert spec is not None
            values[name] = read_value(session, spec, text)
            if name == "name" and not values[name]:
                raise Refused(finding("missing-value", "a product needs a name", field="name"))
    gathered.raise_all()
    return values


def _patch(session: Session, edits: list[Edit]) -> None:
    source = session.read_required(layout.COMPETITORS)
    session.files.write(
        layout.COMPETITORS, patch(source, layout.COMPETITORS, edits, ("competitors",))
    )
