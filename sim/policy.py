"""What the lender decides: stages and their channels, worklists, offers, agencies, court, charge-off and sale."""

from dataclasses import dataclass
from typing import Literal, get_args

from sim.parameter import parameter

Kind = Literal["phone", "ai_call", "sms", "email", "social", "letter"]
Rule = Literal["days_past_due", "balance", "expected_recovery", "broken_promise_first", "oldest_contact_first"]
KINDS: tuple[str, ...] = get_args(Kind)
VOICE = ("phone", "ai_call")
MESSAGES = ("sms", "email", "social", "letter")
WORKLIST_RULES: tuple[str, ...] = get_args(Rule)


@dataclass(frozen=True)
class Channel:
    """One channel of a stage: what is sent or dialled, how often, at what hours."""

    kind: Kind = parameter(meaning="Phone by a person, call by AI, or a message", choices=KINDS)
    every_days: int = parameter(1, "days", "Days from one touch of a borrower to the next", 1, 90)
    tries: int = parameter(1, "dials", "Dials at most at one touch, until the borrower is reached", 1, 10)
    most_a_week: int = parameter(0, "touches", "Touches of a borrower in seven days at most; 0: no limit", 0, 7)
    opens: int = parameter(9, "hour of day", "Hour from which it is used, borrower's time", 0, 23)
    closes: int = parameter(20, "hour of day", "Hour by which it ends, borrower's time", 1, 24)


@dataclass(frozen=True)
class Stage:
    """A stretch of days past due with its own channels, tried in their order, and the team that makes its phone calls."""

    name: str = parameter(meaning="Name, as the book's settings have it")
    entry_dpd: int = parameter(unit="days past due", meaning="Day past due at which a loan enters", low=1, high=720)
    channels: tuple[Channel, ...] = parameter((), meaning="Channels in their order")
    team: str = parameter("", meaning="Team that makes the phone calls; needed where there is a phone channel")


@dataclass(frozen=True)
class StageException:
    """Another day of entry for a product, a segment, or a segment of a product; the most particular one counts."""

    stage: str = parameter(meaning="Name of the stage")
    entry_dpd: int = parameter(unit="days past due", meaning="Day past due at which these loans enter", low=1, high=720)
    product: str = parameter("", meaning="Product it is for; empty: each")
    segment: str = parameter("", meaning="Segment it is for; empty: each")


@dataclass(frozen=True)
class Trial:
    """A test: chance puts some of the customers under another day of entry into a stage, whatever their product and segment."""

    stage: str = parameter(meaning="Name of the stage")
    entry_dpd: int = parameter(unit="days past due", meaning="Day past due at which the loans of the challengers enter", low=1, high=720)  # fmt: skip
    share: float = parameter(0.2, "share", "Customers that are challengers", 0, 1)
    champion: str = parameter("champion", meaning="What the group of the others is called")
    challenger: str = parameter("challenger", meaning="What the group of the challengers is called")


@dataclass(frozen=True)
class Plan:
    """An instalment plan, offered in a conversation: what is overdue is spread over months, beside the instalments that fall due."""

    from_dpd: int = parameter(61, "days past due", "Earliest day at which it is offered", 1, 720)
    to_dpd: int = parameter(720, "days past due", "Latest day at which it is offered", 1, 3600)
    reasons: tuple[str, ...] = parameter(("hardship",), meaning="Reasons for being late to which it is offered")
    segments: tuple[str, ...] = parameter((), meaning="Segments to which it is offered; empty: each")
    instalments: int = parameter(6, "months", "Number of monthly plan instalments", 1, 60)
    forgiven_interest: float = parameter(
        0.0, "share", "Share of the interest due that is forgiven when it is agreed", 0, 1
    )


@dataclass(frozen=True)
class Discount:
    """A settlement, offered in a conversation: the borrower pays part of all that is owed, the rest is forgiven, the loan ends."""

    from_dpd: int = parameter(181, "days past due", "Earliest day at which it is offered", 1, 3600)
    reasons: tuple[str, ...] = parameter((), meaning="Reasons for being late to which it is offered; empty: each")
    share_forgiven: float = parameter(0.3, "share", "Part of all that is owed that is forgiven", 0, 0.95)


@dataclass(frozen=True)
class Agency:
    """An agency with which loans are placed in a tier of placements."""

    name: str = parameter(meaning="Name of the agency")
    tier: int = parameter(1, "placement", "1 takes first placements, 2 second ones …", 1, 9)
    share: float = parameter(
        1.0, "weight", "Part of its tier's batch that it gets, against the others' of the tier", 0, 1000
    )
    commission_age: tuple[int, ...] = parameter((0, 91, 181, 361), "days past due", "Ages at placement at which a rate begins", 0, 3600)  # fmt: skip
    commission: tuple[float, ...] = parameter(
        (0.15, 0.25, 0.33, 0.44), "share of cash", "Commission on cash by age at placement", 0, 1
    )
    recall_days: int = parameter(180, "days", "Days after which what is unpaid is taken back", 7, 1080)
    every_days: int = parameter(7, "days", "Days from one touch of a borrower to the next", 1, 90)


@dataclass(frozen=True)
class Placement:
    """Batches of loans go to agencies on a day of the month; what is recalled may go to the next tier."""

    from_dpd: int = parameter(91, "days past due", "Loans this late, not placed, not in court and not on a plan are placed", 1, 3600)  # fmt: skip
    batch_day: int = parameter(1, "day of month", "Day on which batches are handed over", 1, 28)
    agencies: tuple[Agency, ...] = parameter((), meaning="Agencies")


@dataclass(frozen=True)
class Litigation:
    """Who is sued, how many a month, and by which procedure."""

    min_balance: float = parameter(10_000.0, "money", "Smallest outstanding principal that is sued for", 0, 1e9)
    min_dpd: int = parameter(151, "days past due", "Earliest age at filing", 31, 3600)
    max_dpd: int = parameter(1080, "days past due", "Latest age at filing: the claim must not be time-barred", 31, 3600)
    reasons: tuple[str, ...] = parameter((), meaning="Reasons for being late that are sued; empty: each")
    unreached_days: int = parameter(0, "days", "Sued only after so many days without a conversation; 0: all", 0, 720)
    filings_a_month: int = parameter(40, "cases", "Cases that can be filed in a month", 0, 1_000_000)
    simplified: bool = parameter(True, meaning="Simplified procedure: half the court fee, shorter")


@dataclass(frozen=True)
class Sale:
    """Charged-off loans are sold at each quarter's end."""

    from_dpd: int = parameter(361, "days past due", "Earliest age at sale", 1, 3600)
    share: float = parameter(0.25, "share a quarter", "Part of the charged-off loans of that age that is sold, largest first", 0, 1)  # fmt: skip
    price: float = parameter(0.07, "share of principal", "Price, as a share of the outstanding principal", 0, 1)


@dataclass(frozen=True)
class Policy:
    """How the lender collects."""

    stages: tuple[Stage, ...] = parameter((), meaning="Stages, in order of entry; none: nobody is contacted")
    stage_exceptions: tuple[StageException, ...] = parameter((), meaning="Other days of entry")
    trial: Trial | None = parameter(
        None, meaning="Test of another day of entry on a part of the customers; none: no test"
    )
    worklist: Rule = parameter("days_past_due", meaning="Whom a team or the AI lines call first when not all can be called", choices=WORKLIST_RULES)  # fmt: skip
    plan: Plan | None = parameter(None, meaning="Instalment plan that is offered; none: no plans")
    discount: Discount | None = parameter(None, meaning="Settlement that is offered; none: no settlements")
    placement: Placement | None = parameter(None, meaning="Placement with agencies; none: nothing is placed")
    litigation: Litigation | None = parameter(None, meaning="Suits; none: nobody is sued")
    charge_off_dpd: int = parameter(361, "days past due", "Age at which a loan is charged off, at the month's end", 31, 3600)  # fmt: skip
    sale: Sale | None = parameter(None, meaning="Sale of what was charged off; none: nothing is sold")


CLASSIC = Policy(
    stages=(
        Stage("early", 1, (Channel("phone", every_days=1, tries=2), Channel("sms", every_days=3)), team="early"),
        Stage(
            "mid",
            16,
            (
                Channel("sms", every_days=7),
                Channel("email", every_days=7),
                Channel("social", every_days=10),
                Channel("phone", every_days=6, tries=2),
            ),
            team="mid",
        ),
        Stage("final", 91, (Channel("letter", every_days=60), Channel("sms", every_days=30))),
    ),
    plan=Plan(),
    placement=Placement(
        agencies=(
            Agency("North Star", 1, 0.6),
            Agency("Harbour", 1, 0.4),
            Agency("Second Look", 2, 1.0, commission=(0.25, 0.33, 0.40, 0.50), recall_days=270, every_days=10),
        )
    ),
    litigation=Litigation(),
    sale=Sale(),
)
"""The classic operation in three stages: phone first, then messages and a second round of calls, then agencies and court."""
