"""What figures and lists need of one deal, small enough to be read by the hundred thousand."""

import msgspec

from salescli.model.visits import Visit


class Deal(msgspec.Struct, frozen=True, array_like=True, gc=False, kw_only=True):
    """One deal at a reporting date: its facts and visits as the events until then say.

    Money stays text (`250000.00 EUR`): it is grouped as it is and parsed once a group. Instants
    are whole seconds since 1970, days ISO text.
    """

    id: str
    title: str
    client: str
    stage: str
    process: str
    owner: str | None = None
    department: str | None = None
    budget: str | None = None
    amount: str | None = None  # Σ of lines
    revenue: str | None = None  # `actual_revenue`
    probability: int | None = None  # set by hand
    close_date: str | None = None
    need: str | None = None
    type: str | None = None
    category: str | None = None
    mood: str | None = None
    source: str | None = None
    close_reason: str | None = None
    winner: str | None = None
    archived: bool = False
    created_at: int
    changed_at: int  # the latest `at` of any live event
    touched_at: int  # the last of done, mailed, posted, proposed and stage events
    due_at: int | None = None  # the latest due instant of open activities
    visits: tuple[Visit, ...] = ()
    differs: bool = False  # the file says something that its history doesn't
