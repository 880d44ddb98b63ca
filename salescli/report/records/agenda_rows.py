"""What is overdue and due today as rows of a table."""

from salescli.model.calendar import Calendar
from salescli.report.records.agenda import Agenda, say_about, say_what, say_when
from salescli.report.text.listing import Column, Row


def build_agenda_rows(agenda: Agenda, calendar: Calendar) -> tuple[list[Column], list[Row]]:
    """A row for each activity that the agenda's scope takes, the earliest due first."""
    columns = [
        Column("when", "When", least=12),
        Column("what", "What", least=24),
        Column("about", "Of", least=20),
    ]
    rows: list[Row] = [
        (say_when(entry, calendar, agenda.today) or "today", say_what(entry), say_about(entry))
        for person in agenda.people
        for entry in (*person.overdue, *person.today)
    ]
    return columns, rows
