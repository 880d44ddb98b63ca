"""What makes the rows of reports: the values of `--by`, and of `by` in files of dashboards."""

from typing import Literal

FunnelBy = Literal["owner", "department"]
StateBy = Literal["owner", "department", "stage"]
ForecastBy = Literal["owner", "department", "client", "need", "product"]
WinLossBy = Literal[
    "month",
    "reason",
    "competitor",
    "source",
    "need",
    "owner",
    "department",
    "client-kind",
    "new-client",
    "size",
    "last-stage",
]
