"""The fields of tables whose rows are no records: what lies in records, and catalogues.

Names, what they hold and their fields; `model.tables` makes columns of these.
"""

from salescli.model.catalogues import Unit
from salescli.model.fields import FieldSpec, specs_of

Declared = tuple[str, str, tuple[FieldSpec, ...], int]
"""Name of a table, what it holds, its fields, how many of them make the key."""


def spec_of(name: str, kind: str, doc: str, target: str = "") -> FieldSpec:
    """A field that is declared for a table alone."""
    return FieldSpec(name, kind, doc, target)


ID = spec_of("id", "id", "Id")
_RECORD = spec_of("record", "id", "Deal or lead that it belongs to")
DEAL = spec_of("opportunity", "reference", "Deal", "opportunity")
_EVENT = (
    _RECORD,
    spec_of("of", "text", "opportunity or lead"),
    ID,
    spec_of("seq", "whole", "Place in the history"),
    spec_of("at", "instant", "When it happened"),
    spec_of("by", "text", "Who did it"),
    spec_of("kind", "text", "What happened: created, moved, closed, done, noted …"),
    spec_of("counts", "yes-no", "Whether it counts: no undo has taken it back"),
    spec_of("from_stage", "text", "Stage before a move"),
    spec_of("to_stage", "text", "Stage after it"),
    spec_of("note", "text", "What was said with it"),
    spec_of("logged", "instant", "When it was written, if not then"),
    spec_of("via", "text", "How it came in: batch, import, merge, check"),
    spec_of("key", "text", "Key of what came in once"),
    spec_of("own", "json", "What this kind of event has besides"),
)
OTHERS: tuple[Declared, ...] = (
    ("opportunity_lead", "Leads that deals cover", (DEAL, spec_of("lead", "id", "Lead")), 2),
    (
        "visit",
        "Stays of deals in stages, in their order",
        (
            DEAL,
            spec_of("number", "whole", "Its place among the visits of the deal, from 1"),
            spec_of("stage", "text", "Stage"),
            spec_of("entered_at", "instant", "Beginning"),
            spec_of("left_at", "instant", "End; none while it lasts"),
            spec_of("entry", "text", "created, forward, back, skipped, closed or reopened"),
            spec_of("historical", "yes-no", "Whether a later move back has undone it"),
        ),
        2,
    ),
    (
        "activity",
        "Calls, meetings, tasks and steps of deals and leads",
        (
            _RECORD,
            ID,
            spec_of("type", "text", "Type"),
            spec_of("title", "text", "What is to be done"),
            spec_of("owner", "text", "Whose it is"),
            spec_of("state", "text", "open, done or cancelled"),
            spec_of("result", "text", "How it ended"),
            spec_of("planned_at", "instant", "When it was planned"),
            spec_of("start_at", "instant", "When it is to start"),
            spec_of("closed_at", "instant", "When it was done or cancelled"),
            spec_of("minutes", "whole", "Planned, then worked minutes"),
            spec_of("step", "text", "Step of the process that made it"),
        ),
        2,
    ),
    ("event", "The histories, an event a row", _EVENT, 3),
    (
        "change",
        "Fields that events have set, a field a row",
        (
            _RECORD,
            spec_of("event", "id", "Event"),
            spec_of("at", "instant", "When it happened"),
            spec_of("by", "text", "Who did it"),
            spec_of("field", "text", "Field: budget, custom/mortgage, contacts/con-…/role"),
            spec_of("before", "text", "Value before; lists and items as JSON"),
            spec_of("after", "text", "Value after"),
            spec_of("counts", "yes-no", "Whether it counts: no undo has taken it back"),
        ),
        5,
    ),
    (
        "stage",
        "Stages of the processes",
        (
            spec_of("process", "text", "Process"),
            spec_of("stage", "text", "Stage"),
            spec_of("number", "whole", "Its place in the process, from 1"),
            spec_of("name", "text", "What people call it"),
            spec_of("cap", "whole", "Highest probability in it; of an open stage"),
            spec_of("status", "text", "Status of a deal that is there"),
        ),
        2,
    ),
    (
        "product_price",
        "Prices of products",
        (
            spec_of("product", "text", "Product"),
            spec_of("first_day", "day", "First day of the price"),
            spec_of("price", "money", "Price"),
        ),
        2,
    ),
    (
        "external_id",
        "Ids of records in other systems",
        (
            spec_of("record", "id", "Record"),
            spec_of("system", "text", "Other system"),
            spec_of("external", "text", "Id there"),
        ),
        2,
    ),
    (
        "dictionary_value",
        "Values to choose from",
        (
            spec_of("dictionary", "text", "Dictionary"),
            spec_of("value", "text", "Value, as it stands in records"),
            spec_of("name", "text", "What people see"),
        ),
        2,
    ),
    (
        "proposal",
        "Proposals of deals, each as its latest version says",
        (
            DEAL,
            ID,
            spec_of("state", "text", "draft, sent, accepted, declined …"),
            spec_of("number", "text", "Its number"),
            spec_of("version", "whole", "Version"),
            spec_of("amount", "money", "What it offers"),
            spec_of("file", "text", "Path of its file"),
            spec_of("at", "instant", "When it was last changed"),
        ),
        2,
    ),
    (
        "approval",
        "Approvals that were asked for",
        (
            _RECORD,
            ID,
            spec_of("subject", "text", "What is to be approved"),
            spec_of("of", "words", "Who was asked"),
            spec_of("asked_by", "text", "Who asked"),
            spec_of("asked_at", "instant", "When"),
            spec_of("state", "text", "open, approved, rejected or moot"),
            spec_of("decided_by", "text", "Who decided"),
            spec_of("decided_at", "instant", "When that was"),
            spec_of("note", "text", "What was said with it"),
            spec_of("step", "text", "Step of the process that asked"),
        ),
        2,
    ),
    (
        "mail",
        "Mails of deals and leads",
        (
            _RECORD,
            ID,
            spec_of("at", "instant", "When it was sent"),
            spec_of("direction", "text", "in or out"),
            spec_of("sender", "text", "From whom"),
            spec_of("recipients", "words", "To whom"),
            spec_of("copies", "words", "Who got a copy"),
            spec_of("subject", "text", "Subject"),
            spec_of("excerpt", "text", "How it begins"),
            spec_of("message_id", "text", "Message-ID"),
            spec_of("file", "text", "Path of its text"),
            spec_of("attachments", "words", "Paths of what came with it"),
        ),
        2,
    ),
    (
        "post",
        "Posts and replies in the feeds of deals and leads",
        (
            _RECORD,
            ID,
            spec_of("at", "instant", "When it was written"),
            spec_of("by", "text", "Who wrote it"),
            spec_of("text", "text", "What it says"),
            spec_of("reply_to", "text", "The post that it answers"),
            spec_of("mentions", "words", "People of ours whom it calls"),
        ),
        2,
    ),
    (
        "file",
        "Files and links of deals and leads",
        (
            _RECORD,
            spec_of("place", "text", "Path in the directory of the record, or address"),
            spec_of("is_link", "yes-no", "Whether it is an address"),
            spec_of("title", "text", "Title"),
            spec_of("at", "instant", "When it was attached"),
            spec_of("by", "text", "Who attached it"),
            spec_of("bytes", "whole", "Length"),
            spec_of("sha256", "text", "SHA-256 of its bytes"),
        ),
        2,
    ),
    (
        "time",
        "Work written down by hand, beside what activities took",
        (
            _RECORD,
            spec_of("event", "text", "Event that says it"),
            spec_of("at", "instant", "When it was done"),
            spec_of("person", "text", "Whose work it was"),
            spec_of("minutes", "whole", "Minutes"),
        ),
        2,
    ),
    (
        "plan",
        "Plans, a period of an object a row",
        (
            spec_of("kind", "text", "client, company, department, need, owner or product"),
            spec_of("object", "text", "Which of them; empty for the company"),
            spec_of("period", "text", "Year, quarter or month"),
            spec_of("first_day", "day", "First day of it"),
            spec_of("last_day", "day", "Last day of it"),
            spec_of("plan", "money", "What is planned"),
        ),
        3,
    ),
    (
        "building",
        "Buildings",
        (
            spec_of("building", "text", "Id"),
            spec_of("name", "text", "What people call it"),
            spec_of("project", "text", "The project that it is part of"),
        ),
        1,
    ),
    (
        "unit",
        "Units of buildings",
        (
            spec_of("building", "text", "Building"),
            spec_of("unit", "text", "Id in the building"),
            *specs_of(Unit),
        ),
        2,
    ),
)
