"""Who collects, when and at what price: teams and their calendar, AI lines, wages, fees."""

from dataclasses import dataclass
from datetime import date

from sim.parameter import parameter

AI = "ai"
"""Who owns the calls of the AI lines: no team's name."""


@dataclass(frozen=True)
class Team:
    """Collectors who make phone calls. Their skill is an odds ratio on promises, drawn for each."""

    name: str = parameter(meaning="Name of the team")
    headcount: int = parameter(10, "people", "Collectors at the start", 0, 100_000)
    shift_minutes: int = parameter(420, "minutes", "Working minutes of a collector's day", 0, 960)
    weekends: bool = parameter(True, meaning="Works on rest days")
    holidays: bool = parameter(False, meaning="Works on holidays")
    skill: float = parameter(1.0, "odds ratio", "Median skill", 0.01, 20)
    skill_spread: float = parameter(0.2, "of the logarithm", "Standard deviation of the logarithm of skill", 0, 2)
    hired_a_month: int = parameter(0, "people", "Hired on the first of each month", 0, 100_000)
    leaving_a_month: float = parameter(0.0, "share", "Part that leaves on the first of each month, rounded down", 0, 1)
    training_from_day: int = parameter(0, "day", "Day of the run on which training begins", 0, 36_500)
    training_days: int = parameter(0, "days", "Days that those in training are off the phones; 0: no training", 0, 365)
    training_share: float = parameter(1.0, "share", "Part of the team that is trained, rounded down", 0, 1)
    training_gain: float = parameter(1.0, "factor", "On the skill of those trained, afterwards", 0.1, 10)


@dataclass(frozen=True)
class People:
    """Teams, AI lines and the calendar they work by."""

    teams: tuple[Team, ...] = parameter((Team("early", 6), Team("mid", 6)), meaning="Teams")
    ai_lines: int = parameter(0, "lines", "Lines for AI calls, on every day", 0, 100_000)
    answer_lines: int = parameter(0, "lines", "Lines that answer borrowers who call; none: nobody calls", 0, 100_000)
    rest_days: tuple[str, ...] = parameter(("Saturday", "Sunday"), meaning="Weekdays on which only those who work weekends work")  # fmt: skip
    holidays: tuple[date, ...] = parameter((), meaning="Days on which only those who work holidays work")


@dataclass(frozen=True)
class FeeStep:
    """A step of the court's table: up to this claim, so much per cent and so much added."""

    up_to: float = parameter(unit="money", meaning="Claims up to this amount", low=0, high=1e12)
    rate: float = parameter(unit="share of claim", meaning="Share of the claim", low=0, high=1)
    added: float = parameter(unit="money", meaning="Added to it; negative: taken off", low=-1e9, high=1e9)


@dataclass(frozen=True)
class Prices:
    """What collecting costs, in the currency of the book."""

    wage_a_month: float = parameter(10_000.0, "money", "Loaded cost of a collector a month, 30 days of it whether working or not", 0, 1e7, origin="assumed", source="8,000–12,000 a month in-house, no public source")  # fmt: skip
    sms: float = parameter(0.04, "money", "A text message", 0, 1000, origin="published", source="0.036–0.045")
    email: float = parameter(0.002, "money", "An e-mail", 0, 1000, origin="assumed", source="no public source")
    social: float = parameter(0.02, "money", "A social message", 0, 1000, origin="assumed", source="no public source")
    letter: float = parameter(3.0, "money", "A letter", 0, 1000, origin="assumed", source="no public source")
    ai_minute: float = parameter(0.2, "money", "A minute of an AI call", 0, 1000, origin="published", source="robot call 0.2 a minute")  # fmt: skip
    phone_minute: float = parameter(0.08, "money", "A minute of a phone line, wages aside", 0, 1000, origin="assumed", source="no public source")  # fmt: skip
    lawyer_fee: float = parameter(300.0, "money", "Lawyer's fee of a case", 0, 1e7, origin="assumed", source="no public source")  # fmt: skip
    court_fee: tuple[FeeStep, ...] = parameter(
        (
            FeeStep(10_000, 0.0, 50),
            FeeStep(100_000, 0.025, -200),
            FeeStep(200_000, 0.02, 300),
            FeeStep(500_000, 0.015, 1_300),
            FeeStep(1_000_000, 0.01, 3_800),
            FeeStep(2_000_000, 0.009, 4_800),
            FeeStep(5_000_000, 0.008, 6_800),
            FeeStep(10_000_000, 0.007, 11_800),
            FeeStep(20_000_000, 0.006, 21_800),
            FeeStep(1e12, 0.005, 41_800),
        ),
        meaning="Court fee by claim; half of it in simplified procedure",
    )
    discount_rate: float = parameter(0.08, "share a year", "Rate at which what comes later is discounted, for the net present value", 0, 1, origin="assumed", source="no public source: what the lender's money costs")  # fmt: skip
    penalty: float = parameter(0.0, "money", "What a breach of a rule that is not kept is priced at", 0, 1e7, origin="assumed", source="no public source")  # fmt: skip
