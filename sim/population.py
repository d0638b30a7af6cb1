"""Whose loans they are: open cases followed over time, or a whole growing book from whose due days cases come."""

from dataclasses import dataclass
from typing import Literal, get_args

from sim.parameter import parameter

World = Literal["cases", "book"]
WORLDS: tuple[str, ...] = get_args(World)


@dataclass(frozen=True)
class Product:
    """A loan product, and how its borrowers differ from the baseline."""

    name: str = parameter(meaning="Name of the product")
    share: float = parameter(unit="weight", meaning="Part of the loans", low=0, high=1e9)
    missed: float = parameter(0.05, "share", "Due dates missed by borrowers not late before (D1)", 0, 1, origin="published", source="Qifu: newly overdue on the due date 4.8–5.0 %")  # fmt: skip
    principal: float = parameter(12_000.0, "money", "Median principal", 1, 1e8)
    principal_spread: float = parameter(0.45, "of the logarithm", "Standard deviation of the logarithm of the principal", 0, 2)  # fmt: skip
    annual_rate: float = parameter(0.144, "share a year", "Interest rate", 0, 2)
    terms: tuple[int, ...] = parameter((12, 24, 36), "months", "Terms, each as frequent", 1, 360)
    pays: float = parameter(1.0, "odds ratio", "On the daily odds of paying unasked", 0, 20, origin="assumed", source="no public source")  # fmt: skip
    reached: float = parameter(1.0, "factor", "On the chance that a dial reaches the borrower", 0, 2, origin="assumed", source="no public source")  # fmt: skip
    promises: float = parameter(1.0, "odds ratio", "On the odds of a promise", 0, 20, origin="assumed", source="no public source")  # fmt: skip


@dataclass(frozen=True)
class Group:
    """A segment, region or acquisition channel, and how its borrowers differ from the baseline."""

    name: str = parameter(meaning="Name of the group")
    share: float = parameter(1.0, "weight", "Part of the loans", 0, 1e9)
    missed: float = parameter(1.0, "odds ratio", "On the odds of missing a due date", 0, 20, origin="assumed", source="no public source")  # fmt: skip
    pays: float = parameter(1.0, "odds ratio", "On the daily odds of paying unasked", 0, 20, origin="assumed", source="no public source")  # fmt: skip
    reached: float = parameter(1.0, "factor", "On the chance that a dial reaches the borrower", 0, 2, origin="assumed", source="no public source")  # fmt: skip
    promises: float = parameter(1.0, "odds ratio", "On the odds of a promise", 0, 20, origin="assumed", source="no public source")  # fmt: skip


@dataclass(frozen=True)
class Drift:
    """From a day on, the loans of a slice miss other shares of their due dates, or pay sooner or later. Several multiply."""

    day: int = parameter(unit="day", meaning="Day of the run from which it holds", low=1, high=36_500)
    product: str = parameter("", meaning="Product it is for; empty: each")
    segment: str = parameter("", meaning="Segment it is for; empty: each")
    region: str = parameter("", meaning="Region it is for; empty: each")
    acquisition_channel: str = parameter("", meaning="Acquisition channel it is for; empty: each")
    missed: float = parameter(1.0, "odds ratio", "On the odds of missing a due date", 0, 20, origin="assumed", source="no public source")  # fmt: skip
    pays: float = parameter(1.0, "odds ratio", "On the daily odds of paying unasked", 0, 20, origin="assumed", source="no public source")  # fmt: skip


@dataclass(frozen=True)
class Population:
    """The borrowers of a run.

    `cases`: so many cases open on the first day, `entries_a_day` more each day. `book`: `opening_loans` loans on the first
    day, current but for `opening_late_share` of them, and more booked each month; cases come from their due days.
    """

    world: World = parameter("cases", meaning="Open cases, or a whole book", choices=WORLDS)
    cases: int = parameter(20_000, "loans", "Cases open on the first day", 0, 10_000_000)
    opening_from: tuple[int, ...] = parameter((1, 31, 91, 181), "days past due", "Where the ranges of the ages of those late on the first day begin", 1, 3600)  # fmt: skip
    opening_share: tuple[float, ...] = parameter((0.40, 0.15, 0.15, 0.30), "weight", "Part of those late on the first day in each range, evenly inside it", 0, 1e9)  # fmt: skip
    opening_to: int = parameter(540, "days past due", "Where the last range ends", 1, 3600)
    entries_a_day: float = parameter(0.0, "loans a day", "Further cases, one day past due when they come", 0, 1_000_000)
    opening_loans: int = parameter(0, "loans", "Loans of the book on the first day, of any age", 0, 10_000_000)
    opening_late_share: float = parameter(0.0, "share", "Opening loans of a book that are late already, aged as the opening ranges say", 0, 1)  # fmt: skip
    opening_late_before: float = parameter(0.0, "share", "Opening loans of a book, current ones, whose borrowers were late before", 0, 1)  # fmt: skip
    opening_on_plan: float = parameter(0.0, "share", "Of the opening loans of a book that are late, of those to whom the policy offers a plan: on one already", 0, 1)  # fmt: skip
    booked_a_month: float = parameter(0.0, "loans a month", "Loans booked in the first month", 0, 10_000_000)
    growth_a_month: float = parameter(0.0, "share a month", "Growth of bookings", -0.5, 0.5)
    rest_of_book: float = parameter(0.0, "money", "Balance of the loans that are not in the run, in a world of cases; all but the late ones, taken to stay as it is, for the bad-debt ratio", 0, 1e13)  # fmt: skip
    prepaid_a_month: float = parameter(0.01, "share a month", "Current loans paid off early on a due date", 0, 1, origin="assumed", source="no public source")  # fmt: skip
    another_loan: float = parameter(0.05, "share", "Loans that belong to the same customer as the loan before", 0, 0.9)
    products: tuple[Product, ...] = parameter(
        (
            Product("Personal", 0.50, 0.050, 16_000),
            Product("Car", 0.18, 0.043, 60_000, 0.30, 0.078, (36, 48, 60)),
            Product("Card", 0.32, 0.055, 9_000, 0.45, 0.168, (12, 24)),
        ),
        meaning="Products",
    )
    segments: tuple[Group, ...] = parameter(
        (
            Group("Salaried", 0.55, 0.88),
            Group("Self-employed", 0.28, 1.10),
            Group("New to credit", 0.17, 1.28, 0.93, 0.9),
        ),
        meaning="Customer segments",
    )
    regions: tuple[Group, ...] = parameter(
        (
            Group("North", 0.22),
            Group("East", 0.27, 0.94),
            Group("South", 0.21, 0.98),
            Group("Central", 0.17, 1.05),
            Group("West", 0.13, 1.10),
        ),
        meaning="Regions",
    )
    acquisition_channels: tuple[Group, ...] = parameter(
        (Group("App", 0.53), Group("Branch", 0.20, 0.90), Group("Partner", 0.27, 1.10)),
        meaning="Where customers came from",
    )
    drifts: tuple[Drift, ...] = parameter((), meaning="How slices of the loans change during the run")
