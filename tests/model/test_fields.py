from typing import Annotated

import msgspec

from salescli.model.fields import (
    FieldSpec,
    choice,
    field,
    item_list,
    key_order,
    reference,
    spec_named,
    specs_of,
    text,
)


class Guest(msgspec.Struct, kw_only=True):
    contact: Annotated[str, reference("contact", "Who")]
    role: Annotated[str | None, choice("roles", "As what")] = None


class Party(msgspec.Struct, kw_only=True):
    name: Annotated[str, text("What it is called", head=True)]
    until: Annotated[str | None, field("day", "Last day", by_commands=True)] = msgspec.field(
        name="till", default=None
    )
    seen: bool = False  # declared by nobody
    guests: Annotated[list[Guest], item_list(Guest, "Who comes")] = []


def test_a_declaration_becomes_a_spec_under_the_key_on_disk():
    assert specs_of(Party) == (
        FieldSpec("name", "text", "What it is called", head=True, required=True),
        FieldSpec("till", "day", "Last day", computed_by_commands=True),
        FieldSpec("guests", "list", "Who comes", "contact", items=Guest),
    )


def test_a_reference_and_a_choice_say_where_their_values_stand():
    assert specs_of(Guest) == (
        FieldSpec("contact", "reference", "Who", "contact", required=True),
        FieldSpec("role", "choice", "As what", "roles"),
    )


def test_a_spec_is_found_by_the_key_on_disk():
    assert spec_named(Party, "till").kind == "day"
    assert spec_named(Party, "until") is None
    assert spec_named(Party, "seen") is None


def test_the_order_of_declaration_is_the_order_of_writing():
    assert key_order(Party) == ("name", "till", "guests")
