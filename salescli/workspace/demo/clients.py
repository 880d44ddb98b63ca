"""The clients of the example: people who buy, companies and who works there, and old ones."""

from salescli.model.ids import build_slug
from salescli.workspace.clients import create_client, set_client
from salescli.workspace.demo import names
from salescli.workspace.demo.making import Making


class Clients:
    """Ids of the clients by name."""

    def __init__(self, making: Making) -> None:
        self._making = making
        making.go_to(making.begin)
        self.people = {name: self._person(name, n) for n, name in enumerate(names.BUYERS)}
        self.companies = {name: self._company(name, kind) for name, kind in names.COMPANIES}
        self.staff = {name: self._worker(*entry) for entry in names.STAFF for name in entry[:1]}
        self._old_company()

    def buyers(self) -> list[str]:
        """Everybody who may buy: people, and the companies that are clients."""
        kinds = dict(names.COMPANIES)
        clients = [self.companies[name] for name, kind in kinds.items() if kind == "client"]
        return [*self.people.values(), *clients]

    def write_down_twice(self) -> None:
        """The same people again under other names, as it happens on a busy day."""
        for number, (_, again) in enumerate(names.TWICE):
            phone = f"+371 2999 {1000 + 37 * number}"
            create_client(self._making.session, "contact", again, {"phones": phone})

    def _person(self, name: str, number: int) -> str:
        typed = {
            "emails": f"{mail_name(name)}@mail.example",
            "phones": f"+371 2{number:03d} {1000 + 37 * number}",
        }
        return create_client(self._making.session, "contact", name, typed).ids[0]

    def _company(self, name: str, kind: str) -> str:
        typed = {"kind": kind, "emails": f"office@{mail_name(name)}.example"}
        return create_client(self._making.session, "account", name, typed).ids[0]

    def _worker(self, name: str, company: str, position: str) -> str:
        account = self.companies[company]
        emails = f"{mail_name(name)}@{mail_name(company)}.example"
        typed = {"account": account, "position": position, "emails": emails}
        return create_client(self._making.session, "contact", name, typed).ids[0]

    def _old_company(self) -> None:
        name, kind = names.OLD_COMPANY
        made = self._company(name, kind)
        typed = {"archived": "yes", "notes": "Moved to Tallinn, builds nothing here any more"}
        set_client(self._making.session, "account", made, typed)


def mail_name(name: str) -> str:
    """A name as it stands in an e-mail address."""
    return build_slug(name)
