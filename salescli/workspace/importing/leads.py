"""Rows that are leads: made at their day and brought to their stage, or changed.

The use cases of the commands write them; an empty cell says nothing, nor does a stand-in.
"""

from typing import Literal

import msgspec

from salescli.model.errors import Gathered, NotFound, SalesError, finding
from salescli.model.foreignids import is_same_id
from salescli.model.leads import OPEN_STAGES, find_lead_stage, is_final, unknown_lead_stage
from salescli.model.nearest import did_you_mean
from salescli.workspace.deals import LoadedLead, load_lead
from salescli.workspace.importing.folded import Folded
from salescli.workspace.importing.known import Here, Known, key_there
from salescli.workspace.importing.mapping import Mapping
from salescli.workspace.importing.reading import Reader, Reading
from salescli.workspace.importing.references import Resolver
from salescli.workspace.importing.report import Report
from salescli.workspace.leads import create_lead, disqualify_lead, move_lead, read_changes, set_lead
from salescli.workspace.opportunities import NO_FIELDS, Fields
from salescli.workspace.session import Session

Did = Literal["created", "updated", "unchanged"]
_OF_STAGES = ("stage", "created", "ended", "disqualify_reason")


class LeadImporter:
    """Takes the rows of one file of leads."""

    def __init__(
        self,
        session: Session,
        mapping: Mapping,
        system: str | None,
        reader: Reader,
        resolver: Resolver,
        report: Report,
    ) -> None:
        self.session, self.mapping, self.system = session, mapping, system
        self.reader, self.resolver, self.report = reader, resolver, report
        self.stages = Folded(mapping.stages)
        self.known = Known(session, "lead", system, mapping.match)

    def take(self, reading: Reading) -> Did:
        """Stage what a row says; raises every fault together."""
        gathered = reading.gathered
        here = stage = client = None
        texts = dict(reading.texts)
        with gathered.trying():
            here = self.known.find(reading)
        if here is None:
            self._assume(texts, reading)
        else:
            texts = {name: text for name, text in texts.items() if name not in reading.assumed}
        if "stage" not in reading.broken:
            with gathered.trying("stage"):
                stage = self._stage(texts.get("stage"))
        with gathered.trying("client"):
            client = self._client(texts, reading, here)
        with gathered.trying("owner"):
            self._owner(texts, here)
        texts.pop("id", None)
        values = {name: text for name, text in texts.items() if name not in _OF_STAGES}
        if self.system and reading.key:
            values[f"external.{self.system}"] = reading.key
        if here is not None:
            if is_same_id(key_there(here.document, self.system), reading.key):
                del values[f"external.{self.system}"]
            return self._update(here.id, values, client, stage, texts, gathered)
        return self._create(values, client, stage, texts, gathered)

    def _assume(self, texts: dict[str, str], reading: Reading) -> None:
        for name in self.mapping.stand_ins:
            if name not in texts and name not in reading.broken and name not in _OF_STAGES:
                assumed = self.reader.assume(name)
                if assumed is not None:
                    texts[name] = assumed

    def _stage(self, text: str | None) -> str | None:
        if text is None:
            return None
        stage = find_lead_stage(self.stages.of(text))
        if stage is None:
            found = unknown_lead_stage(text)
            hint = did_you_mean(text, self.mapping.stages) or f"`stages` says which: {found.hint}"
            raise NotFound(msgspec.structs.replace(found, hint=hint))
        return stage

    def _client(self, texts: dict[str, str], reading: Reading, here: Here | None) -> str | None:
        name = texts.pop("client", None)
        if name is None:
            return None
        return self.resolver.client(
            name,
            reading.said.get("client"),
            self.mapping.create.client,
            beside=reading.beside.get("client"),
            there=here.document.get("client") if here else None,
        )

    def _owner(self, texts: dict[str, str], here: Here | None) -> None:
        name = texts.pop("owner", None)
        if name is not None:
            makes, at = self.mapping.create.owner, None if here else texts.get("created")
            there = here.document.get("owner") if here else None
            texts["owner"] = self.resolver.named(
                "person", name, "owner", create=makes, there=there, at=at
            )

    def _create(
        self,
        values: dict[str, str],
        client: str | None,
        stage: str | None,
        texts: dict[str, str],
        gathered: Gathered,
    ) -> Did:
        begins = stage if stage and not is_final(stage) else OPEN_STAGES[0]
        title = values.pop("title", None)
        self.session.at = texts.get("created")
        made = ""
        with gathered.trying():
            made = create_lead(self.session, title, values, client=client, stage=begins).ids[0]
        if made and stage and is_final(stage):
            with gathered.trying("stage"):
                self._move(self._load(made), stage, texts)
        if not gathered.is_empty:
            self.session.born.pop(made, None)
        gathered.raise_all()
        self.report.count("created", "lead")
        return "created"

    def _update(
        self,
        lead_id: str,
        values: dict[str, str],
        client: str | None,
        stage: str | None,
        texts: dict[str, str],
        gathered: Gathered,
    ) -> Did:
        lead = self._load(lead_id)
        if client == lead.facts.client:
            client = None
        if stage is None or stage == lead.facts.stage:
            has_changed = False
            with gathered.trying():
                has_changed = bool(set_lead(self.session, lead, values, client).title)
            gathered.raise_all()
            return "updated" if has_changed else "unchanged"
        fields: Fields = NO_FIELDS
        with gathered.trying():
            fields = read_changes(self.session, lead, values, client)[0]
        with gathered.trying("stage"):
            self._move(lead, stage, texts, fields)
        gathered.raise_all()
        return "updated"

    def _move(
        self, lead: LoadedLead, to: str, texts: dict[str, str], fields: Fields = NO_FIELDS
    ) -> None:
        """To another stage, on the day that the row says of an end; `fields` change with it."""
        self.session.at = texts.get("ended") or (texts.get("created") if is_final(to) else None)
        if to != "disqualified":
            move_lead(self.session, lead, to=to, fields=fields)
            return
        reason = texts.get("disqualify_reason") or self.reader.assume("disqualify_reason")
        disqualify_lead(self.session, lead, reason=reason, fields=fields)

    def _load(self, lead_id: str) -> LoadedLead:
        born = self.session.born.get(lead_id)
        path = born[0] if born else self.session.index.path_of(lead_id)
        if path is None:
            raise SalesError(finding("missing-file", f"the files of {lead_id} are gone"))
        return load_lead(self.session, path)
