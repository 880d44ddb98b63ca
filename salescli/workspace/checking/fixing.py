"""`check --fix`: what was edited by hand becomes the event that a command would have written.

One event a record (format.md sections 1.3 and 8). What the rules refuse is left as it is; so is
what a merge left apart, until somebody says which side to keep. Staged like any command's work,
so `undo` takes it back whole.
"""

import os
from collections.abc import Container, Iterator, Mapping, Sequence

import msgspec

from salescli.model.clients import left_on_stub, redirected
from salescli.model.errors import Damaged, Finding, SalesError
from salescli.model.events import stage_of_history
from salescli.model.records import RECORD_TYPES
from salescli.report.text.wording import quoted_titles
from salescli.store import layout
from salescli.store.patch import patch
from salescli.store.texts import build_edits
from salescli.store.yamltext import read_tree
from salescli.workspace.addressing import Found, find_by_id
from salescli.workspace.checking.advice import (
    EDITS,
    Left,
    left_by_rules,
    left_for_later,
    true_hints,
    without_repeats,
)
from salescli.workspace.checking.collected import Collected, Source
from salescli.workspace.checking.examining import Examined, examine, read_facts, read_source
from salescli.workspace.checking.forks import find_repeated_steps
from salescli.workspace.checking.known import Known
from salescli.workspace.checking.lines import drop_lines
from salescli.workspace.checking.recording import facts_path, patched_facts, record_edit
from salescli.workspace.checking.records import tree_path
from salescli.workspace.checking.survey import Checked, Survey
from salescli.workspace.checking.tree import read_store_tree
from salescli.workspace.checking.voiding import void_named, void_together
from salescli.workspace.checking.wronglist import edits_of, find_stray_items
from salescli.workspace.deals import load_deal
from salescli.workspace.merging import join_into
from salescli.workspace.outcome import Outcome
from salescli.workspace.running import is_at_end, mend_run
from salescli.workspace.session import Session
from salescli.workspace.telling import shown
from salescli.workspace.titles import title_of

FIXABLE = frozenset(
    "unrecorded-edit unsettled-merge event-line-twice fork merged-reference two-runs "
    "stray-step missing-key merged-with-data".split()
)


def fix_all(
    session: Session, keep: str | None, strict: bool = False, void: Sequence[str] = ()
) -> tuple[Outcome, Checked]:
    """Stage the mending of all that can be mended; what is left over comes back, in findings.

    `keep` is `facts` or `history`, for records that a merge left apart; `void` are the ids of
    events that shall count no more.
    """
    root = os.fspath(session.files.root)
    first = Survey(read_store_tree(root), session.files.read, session.now, strict)
    fixer = _Fixer(session, first, keep)
    if void:
        fixer.void(void)
        first = Survey(read_store_tree(root), session.files.read, session.now, strict)
    checked = first.run()
    wanted = _records_with(checked, first)
    if wanted:
        _ = session.actor  # nobody known to act is the command's fault, not a record's
    for kind, path in wanted:
        fixer.fix(kind, path)
    if fixer.words:
        checked = Survey(read_store_tree(root), session.files.read, session.now, strict).run()
    refused = list(without_repeats(fixer.refused, checked.findings))
    left = [*true_hints(checked.findings, fixer.left, keep, shows_refused=True), *refused]
    checked = msgspec.structs.replace(checked, findings=_sorted(left))
    ids = tuple(dict.fromkeys(fixer.ids))
    noun = "record" if len(ids) == 1 else "records"
    words = (*fixer.words, f"{len(ids)} {noun} mended.") if ids else ("Nothing could be mended.",)
    if not ids and not checked.shown(strict):
        words = ()
    return Outcome(ids, words, title_of(session, "check --fix", ids)), checked


def with_true_hints(session: Session, checked: Checked, strict: bool = False) -> Checked:
    """What a check found, without advice to run `--fix` where it would refuse.

    That is tried, and what it stages is never applied. Where nobody is known to act, and so
    nothing can be tried, the findings stay as they are.
    """
    is_edited = any(found.code in EDITS for found in checked.findings)
    if not is_edited or session.known_actor is None:
        return checked
    survey = Survey(
        read_store_tree(os.fspath(session.files.root)), session.files.read, session.now, strict
    )
    fixer = _Fixer(session, survey, "facts")
    for kind, path in _records_with(checked, survey):
        fixer.fix(kind, path)
    found = true_hints(checked.findings, fixer.left, "facts", shows_refused=False)
    return msgspec.structs.replace(checked, findings=tuple(found))


def _sorted(findings: list[Finding]) -> tuple[Finding, ...]:
    collected = Collected()
    collected.add(findings)
    return collected.in_order()


def _records_with(checked: Checked, survey: Survey) -> list[tuple[str, str]]:
    """(kind, path) of the clients, and of the directories of deals and leads, to look at."""
    files = {
        found.place.file for found in checked.findings if found.code in FIXABLE and found.place
    }
    wanted = [
        (located.kind, path)
        for path in sorted(files)
        if (located := layout.locate(path)) and located.kind in ("account", "contact")
    ]
    touched = {path.rpartition("/")[0] for path in files}
    return wanted + [(kind, path) for kind, path in survey.directories() if path in touched]


class _Fixer:
    """The mending of one record after another; `left` says of files why something stays."""

    def __init__(self, session: Session, survey: Survey, keep: str | None) -> None:
        self.session = session
        self.keep = keep
        self.known: Known = survey.build_known()
        self.files: Mapping[str, int] = survey.tree.files
        self.words: list[str] = []
        self.ids: list[str] = []
        self.left: dict[str, Left] = {}
        self.directories = [path for _, path in survey.directories()]

    @property
    def refused(self) -> Iterator[Finding]:
        """Every rule against which something was edited."""
        for entry in self.left.values():
            yield from entry.refused

    def void(self, names: Sequence[str]) -> None:
        """Let events count no more; raises what is wrong with any of their ids."""

        def say(directory: str, words: str) -> None:
            record_id = layout.id_in(directory.rpartition("/")[2])
            self.words.append(f"{record_id}: {words}.")
            self.ids.append(record_id)

        void_named(self.session, self.directories, names, say)

    def fix(self, kind: str, path: str) -> None:
        """Mend one record as far as the rules allow."""
        if kind in ("account", "contact"):
            self._empty_stub(kind, path)
            self._redirect_client(kind, path)
            return
        if kind == "opportunity":
            self._move_items(path)
        examined = self._examine(kind, path)
        if examined is None:
            return
        assert examined.road is not None
        later = find_repeated_steps(examined.road.live)
        if later:
            lost = [event for event in examined.road.live if event.id in later]
            void_together(self.session, path, lost, "merge")
            told = ", ".join(later)
            self._say(examined, f"voided {told}, which led where the record stood already")
            examined = self._examine(kind, path) or examined
        self._fix_fields(examined)
        self._fix_run(examined)
        self._drop_copies(examined)

    def _move_items(self, directory: str) -> None:
        """Put items that stand under the wrong list into their own."""
        path = layout.record_file("opportunity", directory)
        source = read_source(self.session.files.read, path, Collected())
        strays = [] if source is None else find_stray_items(source.tree)
        for stray in strays:
            if source is not None and not stray.is_taken:
                edits = edits_of(source.tree, stray)
                data = patch(source.data, path, edits, layout.KEY_ORDER["opportunity"])
                source = Source(path, data, read_tree(data, path))
                record_id = layout.id_in(directory.rpartition("/")[2])
                told = f"{record_id}: moved {stray.name} from {stray.under} to {stray.into}."
                self.words.append(told)
                self.ids.append(record_id)
                self.session.files.write(path, data)

    def _examine(self, kind: str, path: str) -> Examined | None:
        """The record with what is staged; None if either of its files can't be read."""
        unheard = Collected()
        examined = examine(self.session.files.read, kind, path, self.files, self.known, unheard)
        return None if examined.facts is None or examined.road is None else examined

    def _say(self, examined: Examined, words: str) -> None:
        title = getattr(examined.facts, "title", examined.id)
        self.words.append(f"{title} ({examined.id}): {words}.")
        self.ids.append(examined.id)

    def _fix_fields(self, examined: Examined) -> None:
        """Facts that the history doesn't say, and references to merged clients."""
        assert examined.road is not None
        road = examined.road
        is_chosen = road.twins and self.keep is not None
        is_open = road.is_forked and "stage" in examined.fields and not is_chosen
        if not road.is_born or is_open:
            self.left[facts_path(examined)] = left_for_later(examined)
            return
        wanted = redirected(examined.state, self.known.merged)
        if not examined.fields and wanted == examined.state:
            return
        if examined.held and self.keep != "history":
            self._keep_history(examined, examined.held)
            self._fix_fields(self._examine(examined.kind, examined.directory) or examined)
            return
        if examined.fields and examined.road.twins:
            if self.keep is None:
                return
            if self.keep == "history":
                self._keep_history(examined)
                return
        try:
            with self.session.files.attempt():
                fields, leads = record_edit(self.session, examined, wanted, self.known)
        except SalesError as error:
            refused = self._placed(examined, error)
            address = self.session.short(examined.id)
            self.left[facts_path(examined)] = left_by_rules(examined, refused, address)
            return
        told = ", ".join(f"{path} {shown(a)} → {shown(b)}" for path, (a, b) in fields.items())
        self._say(examined, f"wrote down {told}")
        self.words += leads

    def _fix_run(self, examined: Examined) -> None:
        """Stop a second run, and let go of steps for which no process waits.

        Not where the stage is unclear: which steps are its own is unclear, too.
        """
        if examined.kind != "opportunity" or examined.definition is None:
            return
        try:
            deal = load_deal(self.session, examined.directory)
        except Damaged:  # events that make no record are told as such
            return
        is_unclear = examined.road is None or examined.road.is_forked
        if is_unclear or stage_of_history(deal.live) != deal.facts.stage:
            return
        deal, found = mend_run(self.session, deal)
        told = [f"stopped {run.id}, which ran beside another" for run in found.runs]
        if found.steps:
            told.append(f"let go of {quoted_titles([one.activity for one in found.steps])}")
        for words in told:
            self._say(examined, words)
        if told and is_at_end(deal, examined.definition):
            address = self.session.short(deal.id)
            self.words.append(f"  No step of its stage waits now: salescli opp repeat {address}")

    def _placed(self, examined: Examined, error: SalesError) -> list[Finding]:
        assert examined.source is not None
        source = examined.source
        edited: dict[str, str] = {}
        for path in examined.fields:
            edited.setdefault(path.partition("/")[0], path)
        placed: list[Finding] = []
        for entry in error.findings:
            path = edited.get(entry.field, entry.field)
            at = tree_path(source, path) if path else ()
            placed += [entry] if entry.place else source.place_all([(at, entry)])
        return placed

    def _keep_history(self, examined: Examined, names: Container[str] | None = None) -> None:
        """Set the facts, or these fields alone, to what the history says."""
        back = {
            path: [after, before]
            for path, (before, after) in examined.fields.items()
            if names is None or path.partition("/")[0] in names
        }
        self.session.files.write(facts_path(examined), patched_facts(self.session, examined, back))
        told = ", ".join(f"{path} {shown(a)} → {shown(b)}" for path, (a, b) in back.items())
        self._say(examined, f"kept the history: {told}")

    def _drop_copies(self, examined: Examined) -> None:
        """Take out repeated lines, unless an event was appended: next time, then.

        A set that rewrites a history can only be undone whole, and an undo never takes an event
        out of one.
        """
        history = examined.history
        if history is None or not history.copies or examined.id in self.ids:
            return
        source = self.session.read_required(history.path)
        self.session.files.write(history.path, drop_lines(source, history.copies))
        count = len(history.copies)
        noun = "a repeated line" if count == 1 else f"{count} repeated lines"
        self._say(examined, f"dropped {noun} of its history")

    def _empty_stub(self, kind: str, path: str) -> None:
        """Give what stands in a merged client to the one who is left, where that one has none."""
        source = read_source(self.session.files.read, path, Collected())
        record_id = layout.id_in(path.rpartition("/")[2])
        kept = find_by_id(self.session, self.known.merged.get(record_id, ""))
        is_left = source is not None and left_on_stub(source.tree)
        if not is_left or kept is None or kept.kind != kind or kept.id in self.known.erased:
            return
        name, refused = join_into(self.session, Found(kind, record_id, path), kept)
        self.words.append(f"{name} ({record_id}): what stood there is {kept.id}'s now.")
        if refused:
            self.words.append(f"  Not taken, {kept.id} says otherwise: {', '.join(refused)}.")
        self.ids += [record_id, kept.id]

    def _redirect_client(self, kind: str, path: str) -> None:
        """Write the client that another was merged into where an account or contact names it."""
        source = read_source(self.session.files.read, path, Collected())
        record = RECORD_TYPES[kind]
        facts = None if source is None else read_facts(source, record, Collected())
        into = self.known.merged.get(str(getattr(facts, "account", "")))
        if source is None or facts is None or into is None:
            return
        edits = build_edits({"account": [getattr(facts, "account", None), into]}, record)
        self.session.files.write(path, patch(source.data, path, edits, layout.KEY_ORDER[kind]))
        record_id = layout.id_in(path.rpartition("/")[2])
        self.words.append(f"{record_id}: account is {into} now, into which it was merged.")
        self.ids.append(record_id)
