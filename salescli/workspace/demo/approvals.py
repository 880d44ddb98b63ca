"""Approvals on the deals of the example: discounts, asked of the manager and decided by them."""

from datetime import timedelta

from salescli.workspace.approvals import decide_approval, request_approval
from salescli.workspace.demo import words
from salescli.workspace.demo.making import Making

SELDOM = 0.25


def ask(making: Making, deal_id: str, manager: str, discount: str) -> str:
    """Whether the client may have that discount, in percent; the approval's id."""
    subject = f"Discount of {discount} %"
    asked = request_approval(making.session, making.deal(deal_id), subject, (manager,))
    return making.hold(asked, deal_id)


def decide(making: Making, approval: str, manager: str) -> None:
    """The manager says yes, or seldom no and why."""
    making.go_to(making.session.now + timedelta(hours=1), manager)
    if making.random.random() < SELDOM:
        note = making.random.choice(words.TOO_MUCH)
        decide_approval(making.session, approval, "rejected", note)
    else:
        decide_approval(making.session, approval, "approved")
