"""What is written about a deal or lead of the example: notes, posts, mails, files, proposals."""

from base64 import b64encode
from collections.abc import Callable, Sequence
from datetime import timedelta
from email.utils import format_datetime

from salescli.store.mailtext import parse_mails
from salescli.workspace.attachments import attach_file, attach_link, detach_file
from salescli.workspace.demo import words
from salescli.workspace.demo.making import Making
from salescli.workspace.feed import add_note, add_post, reply
from salescli.workspace.mailimport import MailImport, import_mails
from salescli.workspace.mails import TypedMail, log_mail
from salescli.workspace.proposals import Handed, Typed, add_proposal, set_proposal

DOMAIN = "riverside.example"


def note(making: Making, record_id: str) -> None:
    """A note."""
    add_note(making.session, making.record(record_id), making.random.choice(words.NOTES))


def talk(making: Making, record_id: str, asked: str) -> None:
    """A question to one of us, and the answer."""
    question, answer = making.random.choice(words.POSTS)
    text = question.format(asked)
    post = add_post(making.session, making.record(record_id), text)
    held = making.hold(post, record_id)
    asking, making.session.actor = making.session.actor, asked
    reply(making.session, held, answer)
    making.session.actor = asking


def attach_plan(making: Making, record_id: str, name: str) -> None:
    """The plan of a flat, as a picture that any browser shows."""
    attach_file(making.session, making.record(record_id), f"plan-{name}.svg", _plan_of(name))


def link_map(making: Making, record_id: str, name: str) -> None:
    """Where it is on the map."""
    url = f"https://maps.example/riverside/{name}"
    attach_link(making.session, making.record(record_id), url, "Where it is on the map")


def attach_by_mistake(making: Making, record_id: str) -> None:
    """A file that belongs elsewhere, and is taken off again."""
    name = "price-list-of-last-year.txt"
    attach_file(making.session, making.record(record_id), name, b"flat-a12  141 000 EUR\n")
    detach_file(making.session, making.record(record_id), name)


def get_mail(making: Making, record_id: str, sender: str, *, attached: str | None = None) -> None:
    """A mail from a client, imported as the mail program has saved it."""
    subject, text = making.random.choice(words.ASKED)
    ours = f"{making.session.actor}@{DOMAIN}"
    source = _letter(making, sender, ours, subject, text, attached)
    import_mails(making.session, parse_mails(source), MailImport(record=making.record(record_id)))


def answer_mail(making: Making, record_id: str, to: str, *, is_long: bool = False) -> None:
    """A mail to a client, written down by hand."""
    subject, text = words.ANSWERED
    text = words.LONG_ANSWER if is_long else text
    mail = TypedMail(direction="out", to=(to,), subject=subject, text=text)
    log_mail(making.session, making.record(record_id), mail)


def propose(making: Making, deal_id: str, number: str, amount: str | None) -> str:
    """A proposal with its file, a draft; its id."""
    text = f"# Proposal {number}\n\n{amount or 'Price on demand'}, valid for thirty days.\n"
    file = Handed(f"proposal-{number.lower()}.md", text.encode())
    typed = Typed(number=number, amount=amount, file=file)
    return making.hold(add_proposal(making.session, making.deal(deal_id), typed), deal_id)


def put_proposal(making: Making, proposal: str, state: str, version: str | None = None) -> None:
    """It goes on: `sent`, `accepted`, `declined`, or another version of it."""
    set_proposal(making.session, proposal, Typed(state=state, version=version))


def write_everything(making: Making, deal_id: str, address: str, asked: str) -> None:
    """One of each kind, and all at one time."""
    steps: Sequence[Callable[[], object]] = (
        lambda: note(making, deal_id),
        lambda: talk(making, deal_id, asked),
        lambda: attach_plan(making, deal_id, "of-the-cellar"),
        lambda: link_map(making, deal_id, "cellar"),
        lambda: get_mail(making, deal_id, address, attached="photo-of-the-wall.txt"),
        lambda: answer_mail(making, deal_id, address, is_long=True),
        lambda: attach_by_mistake(making, deal_id),
    )
    for step in steps:
        step()
        making.session.now += timedelta(minutes=5)


def _letter(
    making: Making, sender: str, to: str, subject: str, text: str, attached: str | None
) -> bytes:
    """A mail as an .eml; its Message-ID and boundary come from the luck of the run."""
    token = making.random.randbytes(6).hex()
    heads = {
        "From": sender,
        "To": to,
        "Subject": f"=?utf-8?b?{_packed(subject)}?=",
        "Date": format_datetime(making.session.now - timedelta(minutes=15)),
        "Message-ID": f"<{token}@mail.example>",
        "MIME-Version": "1.0",
    }
    words = _part("text/plain; charset=utf-8", text)
    if attached is not None:
        file = "A crack, as long as a hand.\n"
        parts = (words, _part("text/plain", file, f'attachment; filename="{attached}"'))
        inner = "".join(f"--{token}\n{part}" for part in parts)
        words = f"Content-Type: multipart/mixed; boundary={token}\n\n{inner}--{token}--\n"
    lines = "".join(f"{name}: {value}\n" for name, value in heads.items())
    return f"{lines}{words}".encode("ascii")


def _part(kind: str, text: str, disposition: str = "inline") -> str:
    heads = f"Content-Type: {kind}\nContent-Transfer-Encoding: base64\n"
    return f"{heads}Content-Disposition: {disposition}\n\n{_packed(text)}\n"


def _packed(text: str) -> str:
    return b64encode(text.encode()).decode("ascii")


def _plan_of(name: str) -> bytes:
    lines = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 80" fill="none" stroke="black">',
        f"<title>{name}</title>",
        '<path d="M2 2h116v76H2zM60 2v40M60 58v20M2 46h40M78 46h40"/>',
        "</svg>",
        "",
    )
    return "\n".join(lines).encode()
