"""Deals and facts of one store under the ids that its group gives them (`model.group`).

Pure. Which fields refer to what is asked of their declarations. What is nothing but the store's
own (ids of records, texts, money) stays.
"""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from salescli.model.approvals import Approval
from salescli.model.deal import Deal, Facts
from salescli.model.fields import specs_of
from salescli.model.group import Renames
from salescli.model.records import RECORD_TYPES, Opportunity
from salescli.model.runs import Run

_LEAD_PRODUCTS = "products"  # of a lead: a plain list of products


def deal_renamer(renames: Renames) -> Callable[[Deal], Deal] | None:
    """The function that gives a deal the group's ids; None where nothing is renamed."""
    if not any(renames.values()):
        return None
    targets = {spec.name: spec.target for spec in specs_of(Opportunity)}
    fields = [
        (name, renames[targets[name]])
        for name in Deal.__struct_fields__
        if targets.get(name) in renames
    ]
    people, products, rivals = (renames.get(k, {}) for k in ("person", "product", "competitor"))

    def rename(deal: Deal) -> Deal:
        changes: dict[str, Any] = {
            name: known[value] for name, known in fields if (value := getattr(deal, name)) in known
        }
        if rivals and deal.rivals:
            changes["rivals"] = tuple(rivals.get(one, one) for one in deal.rivals)
        if products and deal.lines:
            changes["lines"] = tuple((products.get(one, one), sum) for one, sum in deal.lines)
        if people and deal.talks:
            changes["talks"] = tuple(
                msgspec.structs.replace(talk, owner=people.get(talk.owner, talk.owner))
                for talk in deal.talks
            )
        return msgspec.structs.replace(deal, **changes) if changes else deal

    return rename


def activity_renamer(renames: Renames) -> Callable[[Any], Any]:
    """The function that gives an activity, whole or as filters ask for it, the group's ids."""
    people, types = renames.get("person", {}), renames.get("activity_types", {})

    def rename(one: Any) -> Any:
        return msgspec.structs.replace(
            one, owner=people.get(one.owner, one.owner), type=types.get(one.type, one.type)
        )

    return rename


def facts_renamer(kind: str, renames: Renames) -> Callable[[Facts], Facts] | None:
    """The function that gives the rest of a record of a kind the group's ids; None: no need."""
    if not any(renames.values()):
        return None
    people, rename_activity = renames.get("person", {}), activity_renamer(renames)

    def rename_approval(one: Approval) -> Approval:
        return msgspec.structs.replace(
            one,
            of=tuple(people.get(name, name) for name in one.of),
            asked_by=people.get(one.asked_by, one.asked_by),
            decided_by=people.get(one.decided_by or "", one.decided_by),
        )

    def rename_run(one: Run) -> Run:
        return msgspec.structs.replace(one, starter=people.get(one.starter, one.starter))

    def rename(facts: Facts) -> Facts:
        return msgspec.structs.replace(
            facts,
            document=rename_document(RECORD_TYPES[kind], facts.document, renames),
            activities=tuple(map(rename_activity, facts.activities)),
            waiting=tuple(map(rename_activity, facts.waiting)),
            run=facts.run and rename_run(facts.run),
            approvals=tuple(map(rename_approval, facts.approvals)),
        )

    return rename


def rename_document(
    record: type[msgspec.Struct], document: Mapping[str, Any], renames: Renames
) -> dict[str, Any]:
    """A document of a record with the group's ids, in its lists as well."""
    renamed = dict(document)
    for spec in specs_of(record):
        value = document.get(spec.name)
        if spec.kind in ("reference", "choice") and isinstance(value, str):
            renamed[spec.name] = _renamed(value, spec.target, renames)
        elif spec.items is not None and isinstance(value, list):
            renamed[spec.name] = [
                rename_document(spec.items, item, renames) if isinstance(item, dict) else item
                for item in value
            ]
        elif spec.name == _LEAD_PRODUCTS and isinstance(value, list):
            renamed[spec.name] = [_renamed(one, "product", renames) for one in value]
    return renamed


def _renamed(value: str, target: str, renames: Renames) -> str:
    for kind in target.split("|"):
        value = renames.get(kind, {}).get(value, value)
    return value
