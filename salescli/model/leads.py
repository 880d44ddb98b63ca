"""The life of a lead: its stages, which step may follow which, and what it must obey by itself.

Pure and written once: commands, hand edits and what a deal's closing does all come through here.
"""

from collections.abc import Iterable

from salescli.model.errors import Finding, finding
from salescli.model.events import Event
from salescli.model.nearest import did_you_mean
from salescli.model.records import LEAD_STAGES, Lead
from salescli.model.rules import TAKE_OUT
from salescli.model.visits import build_visits

STAGE_NAMES = {
    "qualification": "Qualification",
    "nurturing": "Nurturing",
    "hand-off": "Hand-off",
    "awaiting-sale": "Awaiting sale",
    "satisfied": "Satisfied",
    "not-interested": "Not interested",
    "disqualified": "Disqualified",
}
FINAL_STAGES = ("satisfied", "not-interested", "disqualified")
OPEN_STAGES = tuple(stage for stage in LEAD_STAGES if stage not in FINAL_STAGES)
AWAITING = "awaiting-sale"
HANDED_OFF = "hand-off"
RAW = ("person", "company", "emails", "phones")
"""What stands in the lead itself until its client is known."""
OUTCOMES = ("satisfied", "hand-off", "not-interested")
"""Where the leads of a deal that was not won may go."""
_DEFAULT_OUTCOMES = {"lost": "not-interested", "rerouted": HANDED_OFF, "rejected": HANDED_OFF}


def is_final(stage: str) -> bool:
    """Whether a lead ends in the stage."""
    return stage in FINAL_STAGES


def lead_stage_name(stage: str) -> str:
    """The stage in words; one that there isn't stands for itself."""
    return STAGE_NAMES.get(stage, stage)


def find_lead_stage(text: str) -> str | None:
    """The stage that `text` names by id or name."""
    wanted = text.strip().casefold()
    pairs = STAGE_NAMES.items()
    return next((stage for stage, name in pairs if wanted in (stage, name.casefold())), None)


def stages_undone(live: Iterable[Event], before: str, after: str) -> list[str]:
    """The stages whose visits a move back makes historical: all from `after` on, finals too."""
    if before not in LEAD_STAGES or after not in LEAD_STAGES:
        return []
    if LEAD_STAGES.index(after) > LEAD_STAGES.index(before):
        return []
    visited = {visit.stage for visit in build_visits(live)}
    return [stage for stage in LEAD_STAGES[LEAD_STAGES.index(after) :] if stage in visited]


def check_step(before: str, after: str, address: str = "LEAD") -> list[Finding]:
    """Refusals for a change of stage: none twice, and from one end to another only by way of open.

    A stage that there isn't is `check_lead`'s business.
    """
    if before == after:
        text = f"the lead is at {lead_stage_name(after)} already"
        return [finding("already-there", text, field="stage")]
    if is_final(before) and is_final(after):
        text = f"{lead_stage_name(before)} is an end: take the lead up again before it ends anew"
        hint = f"salescli lead move {address} --to {HANDED_OFF} (or another open stage) first"
        return [finding("final-stage", text, hint=hint, field="stage")]
    return []


def unknown_lead_stage(text: str) -> Finding:
    """The finding for the name of a stage that leads don't have."""
    hint = did_you_mean(text, LEAD_STAGES) or f"stages are {', '.join(LEAD_STAGES)}"
    return finding("unknown-stage", f"leads have no stage {text!r}", hint=hint, field="stage")


def check_lead(lead: Lead) -> list[Finding]:
    """What is wrong with a lead by itself."""
    found: list[Finding] = []
    if lead.stage not in LEAD_STAGES:
        found.append(unknown_lead_stage(lead.stage))
    if lead.archived and not is_final(lead.stage):
        text = "only a closed lead can be archived"
        found.append(finding("archived-open", text, hint=TAKE_OUT, field="archived"))
    if (lead.stage == "disqualified") is (lead.disqualify_reason is None):
        text = "a disqualified lead has a reason, and no other lead has"
        found.append(finding("reason-needed", text, field="disqualify_reason"))
    raw = [name for name in RAW if getattr(lead, name)]
    if lead.client is not None and raw:
        text = f"the client is known, so the lead has no {', '.join(raw)} of its own"
        hint = f"move it to {lead.client}"
        found.append(finding("raw-and-client", text, hint=hint, field=raw[0]))
    return found


def outcome_of_closing(status: str, chosen: str | None = None) -> str:
    """Where a closing takes the leads of its deal (domain.md section 2, "Leads on closing")."""
    return "satisfied" if status == "won" else chosen or _DEFAULT_OUTCOMES[status]


def check_outcome(status: str, chosen: str | None) -> list[Finding]:
    """Whether a closing may take the leads where somebody wants them."""
    if status != "won" or chosen in (None, "satisfied"):
        return []
    text = f"the leads of a won deal are satisfied, not {lead_stage_name(chosen or '').lower()}"
    hint = "leave --leads out; salescli lead move takes a single one elsewhere"
    return [finding("leads-of-won", text, hint=hint, field="leads")]
