"""The topics of `salescli help`: pages that belong to no single command.

Owns their words. Exit codes come from their table, files from the layout of a store.
"""

from collections.abc import Callable, Mapping

from salescli.model.exitcodes import ExitCode
from salescli.workspace.schemas import files_of

FUNNEL = """\
The funnel, by two definitions, and the flow

S is the first instant of the period, E the end of its last day or of the
as-of day, whichever is earlier. Stages of failure have no slice; an empty one
is shown.

--definition reference: where deals stand, and how they went on
  Count        deals created at or after S, at the stage where they stand at E.
               --created any drops the condition on the creation.
  Went on      of the deals with a visit of the stage that touches [S, E], those
               with such a visit directly followed, not later than E, by a visit
               of a later stage: by a move that isn't back, by a skip, or by
               winning.
  Reached      of the deals created in [S, E], those with a visit of the stage
               that began not later than E.

--definition entered: what came to each stage in the period
  Entered      n: deals with a visit of the stage that began in [S, E] and
               wasn't undone by a move back or a reopening.
  Count        those of them that are still there at E, or ended in it.
  To previous  n / n of the nearest earlier stage with n > 0.
  To first     n / n of the first stage with n > 0; that one shows 100.00.

report flow: what became of each visit that began in [S, E]
  Entered = advanced + lost there + moved back + still there, always.

Sums are of the budget unless --sum says amount or value; nothing is converted.
An empty denominator is n/a.
"""
CONDITIONS = """\
Conditions, for --where and for the criteria of a process

  field op value[,value…]    ops: = != < <= > >= ~ (contains); a comma is "or"
  field                      is set
  !field                     is not set
  list.field=value           some item has it: contacts.role=influencer

Several conditions must all hold. Days may be today, today+30d, yesterday. Money
is compared in its own currency only. owner=@me is who acts. Quotes keep commas:
title="Flat 47, block B". A record is named by its id or exact name.
"""
SCRIPTING = """\
Scripts: what they can rely on

  stdout     data: ids, lists, reports. A command that makes or changes a record
             prints its id alone, one a line.
  stderr     words. They may change from version to version.
  exit code  salescli help exit-codes. An error has a code of its own, too:
             docs/errors.md lists them.
  input      nothing is asked without a terminal, nor with --no-input; --yes
             says yes beforehand.
  --format   json, jsonl and csv are for programs. Money and decimals are text
             there, days 2026-11-02, instants 2026-11-02T10:12:00Z.
  --fields   which fields of a list, in which order; --fields help names them.
  --dry-run  prints the difference that a command would make; writes nothing.
  schema     each JSON document says which one it is: "schema":
             "salescli/opportunities@1". salescli schema opportunities@1 prints
             its JSON Schema. Within a version keys may be added; none goes and
             none changes its meaning: that would be @2.

Which store: -C DIR, else SALESCLI_DIR, else the folder around the current one
that has a salescli.yaml. Who acts: --actor, else SALESCLI_ACTOR, else git's
e-mail, else the system's user.

  salescli opp list --format jsonl --fields id,stage,budget
  salescli opp list --format jsonl --where stale=yes | jq -r .id
  salescli batch moves.jsonl --dry-run
"""
TEAM = """\
A team in git: everybody has a clone, and sync brings them together

Begin, once
  salescli init sales --git --commit             the store, in a repository
  salescli person create NAME --email …          each, as their git has them
  git remote add origin URL
  git push --set-upstream origin main
Each clone, once
  salescli git setup                             records merge by field
  git config salescli.commit auto                each command makes a commit

Every day
  salescli sync                                  fetch, merge, check, push
  salescli changes --since ORIG_HEAD             what was new in it
Two clash
  salescli resolve                               asks, on a terminal
  salescli resolve DEAL --ours                   or --theirs, --field budget=…
  git merge --abort                              back to before the merge
    Ours is this clone, theirs what comes in. In a rebase they are swapped.
Merged cleanly but wrongly
  salescli check                                 names it, with what mends it

As of then
  salescli opp list --rev TAG                    or a branch, a commit, HEAD~3
  salescli opp list --rev $(git rev-list -1 --before=yesterday HEAD)
  salescli report diff main...                   what this branch changes
  salescli opp blame DEAL                        who set each field, and when

docs/git.md goes through all of it.
"""
# Words for each kind of file; where it stands is `store.layout`'s affair.
_FILES: Mapping[str, str] = {
    "settings": "currency, time zone, fields of your own",
    "team": "people and departments",
    "dictionaries": "values to choose from",
    "products": "products and their prices",
    "competitors": "competitors and what they sell",
    "process": "a process: stages, criteria, steps",
    "plan": "plans of a year",
    "dashboard": "a page of figures",
    "units": "a building and what is for sale in it",
    "account": "a company",
    "contact": "a person outside",
    "opportunity": "a deal as it is now",
    "lead": "an interest as it is now",
}
_BESIDE = (
    ("… history.yaml", "beside these two: an event a line"),
    ("… files/ mail/", "beside these two: papers and mails"),
    (".salescli/", "of this clone alone, safe to delete"),
)


def _exit_codes() -> str:
    rows = "\n".join(f"  {code:<5}{code.words}" for code in ExitCode)
    return f"Exit codes\n\n{rows}\n"


def _files() -> str:
    rows = [*((files_of(kind), words) for kind, words in _FILES.items()), *_BESIDE]
    width = max(len(path) for path, _ in rows)
    shown = "\n".join(f"  {path:<{width}}  {words}" for path, words in rows)
    return (
        f"Files of a store\n\n{shown}\n\n"
        "A store is the folder with salescli.yaml. All of it is UTF-8 YAML, meant to be\n"
        "read, edited by hand, and kept in git; salescli check goes over every rule on\n"
        "every file. docs/file-format.md has each key; salescli schema KIND prints the\n"
        "JSON Schema of a kind for editors.\n"
    )


TOPICS: Mapping[str, Callable[[], str]] = {
    "conditions": lambda: CONDITIONS,
    "exit-codes": _exit_codes,
    "files": _files,
    "funnel": lambda: FUNNEL,
    "scripting": lambda: SCRIPTING,
    "team": lambda: TEAM,
}


def build_topic(name: str) -> str:
    """The text of a topic, ending with a line break."""
    return TOPICS[name]()
