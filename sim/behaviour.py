"""What borrowers do: paying unasked, being reached, promising, keeping, tiring, complaining. Each number says where it is from.

Effects are odds ratios on the baseline, never sums of percentage points. The baseline is a world in which nobody is contacted: it
is set below the published survival of arrears, so that the classic operation lifts it to the published levels.
"""

from dataclasses import dataclass

from sim.parameter import parameter

BANDS = (1, 31, 91, 181)
"""Days past due at which a value given four times begins to hold: M1, M2–M3, M4–M6, M7 and later."""

FOUR_BANDS = ("full_payment", "reached", "promise", "promise_full", "kept", "talk_minutes", "complaints")
"""The fields of Behaviour that have a value for each band."""

_X = {"origin": "assumed", "source": "no public source"}
_RANGE = {"origin": "assumed", "source": "inside the range of practice, no public source"}
_PUBLISHED = {
    "origin": "published",
    "source": "Laudenbach, Pirschel, Siegel: a conversation instead of a letter, n = 3,448",
}
_CHOI = {"origin": "published", "source": "Choi et al., NBER w33669: AI caller against a human one"}
_TRIALS = {
    "origin": "published",
    "source": "message trials: no effect above about 9 pp; Uganda, app reminder, moral SMS",
}


@dataclass(frozen=True)
class Reason:
    """Why a borrower is late, and what then works with him."""

    name: str = parameter(meaning="Name of the reason")
    share: float = parameter(unit="weight", meaning="Part of those newly late", low=0, high=1, **_RANGE)
    pays: float = parameter(1.0, "odds ratio", "On the daily odds of paying unasked", 0, 20, **_X)
    reached: float = parameter(1.0, "factor", "On the chance that a dial reaches the borrower", 0, 2, **_X)
    promises: float = parameter(1.0, "odds ratio", "On the odds of a promise in a conversation", 0, 20, **_X)
    keeps: float = parameter(1.0, "odds ratio", "On the odds that a promise is kept", 0, 20, **_X)
    heeds: float = parameter(1.0, "factor", "On what a talk or a message adds to the odds of paying", 0, 5, **_X)
    agency: float = parameter(1.0, "factor", "On what an agency adds to the odds of paying", 0, 5, **_X)
    complains: float = parameter(1.0, "factor", "On the chance of a complaint", 0, 50, **_X)
    court: float = parameter(1.0, "odds ratio", "On the odds of paying on a judgment or in enforcement", 0, 20, **_X)


@dataclass(frozen=True)
class MessageEffect:
    """What one kind of message does."""

    kind: str = parameter(meaning="sms, email, social or letter")
    odds_ratio: float = parameter(
        1.0, "odds ratio", "On the daily odds of paying, on the day it is sent", 0.5, 3, **_TRIALS
    )
    half_life_days: float = parameter(3.0, "days", "Days after which half of what it adds is left", 0.1, 60, **_X)
    read: float = parameter(0.8, "share", "Messages that are read", 0, 1, **_X)


@dataclass(frozen=True)
class Court:
    """What becomes of a suit."""

    won: float = parameter(0.88, "share", "Suits that end in a judgment for the lender or a settlement", 0, 1, **_X)
    hearing_days: tuple[int, ...] = parameter((60, 120), "days", "From filing to judgment, simplified: evenly between these", 1, 1080, origin="published", source="time limits of civil procedure, simplified: 2–3 months, one more allowed")  # fmt: skip
    ordinary_hearing_days: tuple[int, ...] = parameter((180, 360), "days", "From filing to judgment, ordinary procedure", 1, 1080, origin="published", source="time limits of civil procedure, ordinary: 6 months, 6 more allowed")  # fmt: skip
    pays_on_judgment: float = parameter(0.12, "share", "Of those who lose, pay all that was claimed within days", 0, 1, **_RANGE)  # fmt: skip
    enforcement_days: tuple[int, ...] = parameter((60, 240), "days", "From judgment to the end of enforcement: evenly between these", 1, 1080, **_X)  # fmt: skip
    enforced: float = parameter(0.22, "share", "Enforcements that bring cash", 0, 1, **_RANGE)
    enforced_share: tuple[float, ...] = parameter((0.2, 0.8), "share of claim", "Cash of such an enforcement: evenly between these", 0, 1, **_RANGE)  # fmt: skip


@dataclass(frozen=True)
class Behaviour:
    """How borrowers behave, whatever the policy."""

    cure_dpd: tuple[int, ...] = parameter((1, 3, 7, 15, 30, 45, 60, 90, 180, 720), "days past due", "Ages at which the daily odds of paying unasked are given; between them the logarithm is linear, after them they stay", 1, 3600, **_X)  # fmt: skip
    cure_odds: tuple[float, ...] = parameter((0.35, 0.146, 0.094, 0.047, 0.018, 0.005, 0.0045, 0.0025, 0.0012, 0.0003), "odds a day", "Daily odds that a borrower whose reason has the odds ratio 1 pays unasked, nobody contacting him", 0, 10, origin="assumed", source="set so that the classic operation gives the published survival of arrears: 30-day recovery 85–87 %")  # fmt: skip
    reasons: tuple[Reason, ...] = parameter(
        (
            Reason("forgot", 0.35, pays=1.6, heeds=1.2),
            Reason("income", 0.30, pays=0.7, promises=0.9, keeps=0.8),
            Reason("overspending", 0.22, pays=0.8),
            Reason("hardship", 0.05, pays=0.06, promises=0.15, keeps=0.15, heeds=0.0, agency=0.1, complains=2.0, court=0.3),
            Reason("dispute", 0.03, pays=0.12, promises=0.25, keeps=0.8, heeds=0.2, agency=0.3, complains=6.0),
            Reason("avoiding", 0.05, pays=0.06, reached=0.08, promises=0.4, keeps=0.3, heeds=0.1, agency=0.2, complains=1.5, court=1.2),
        ),
        meaning="Reasons for being late",
    )  # fmt: skip
    full_payment: tuple[float, ...] = parameter((0.97, 0.85, 0.50, 0.20), "share, four bands", "Payments that settle all that is overdue", 0, 1, **_X)  # fmt: skip
    part_paid: tuple[float, ...] = parameter((0.1, 0.6), "share of overdue", "The others pay a part, evenly between these", 0.001, 1, **_X)  # fmt: skip
    reached: tuple[float, ...] = parameter((0.26, 0.13, 0.08, 0.05), "share, four bands", "Dials that reach the borrower", 0, 1, **_RANGE)  # fmt: skip
    reached_by_hour: tuple[float, ...] = parameter((0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.05, 1.0, 0.95, 0.95, 0.95, 1.0, 1.05, 1.2, 1.25, 1.15, 0.9, 0.7, 0.5), "factor, 24 hours", "On the chance that a dial reaches the borrower, by hour of day from 0", 0, 3, **_X)  # fmt: skip
    reachability_spread: float = parameter(0.5, "share", "Borrowers differ in being reached by a factor evenly from 1 − this to 1 + this", 0, 1, **_X)  # fmt: skip
    someone_else: float = parameter(0.1, "share", "Dials not reaching the borrower that somebody answers; the call is ended", 0, 1, **_X)  # fmt: skip
    ai_reached: float = parameter(0.9, "factor", "On the chance that a dial by AI reaches the borrower", 0, 2, **_X)
    promise: tuple[float, ...] = parameter((0.44, 0.26, 0.15, 0.07), "share, four bands", "Conversations that end in a promise", 0, 1, **_RANGE)  # fmt: skip
    promise_delay_days: int = parameter(
        5, "days", "A promise is for a day evenly from 1 to this many days ahead", 1, 27, **_X
    )
    promise_full: tuple[float, ...] = parameter((0.95, 0.80, 0.50, 0.30), "share, four bands", "Promises of all that is overdue; the others are of a part, as payments", 0, 1, **_X)  # fmt: skip
    kept: tuple[float, ...] = parameter((0.66, 0.37, 0.24, 0.15), "share, four bands", "Promises to a person that are kept", 0, 1, **_RANGE)  # fmt: skip
    ai_promise: float = parameter(0.9, "odds ratio", "On the odds of a promise when AI calls", 0, 5, **_CHOI)
    ai_kept: float = parameter(0.85, "factor", "On the chance that a promise given to AI is kept", 0, 2, origin="assumed", source="range 0.75–0.95; consistent with Choi et al., NBER w33669")  # fmt: skip
    talk_odds_ratio: float = parameter(1.8, "odds ratio", "On the daily odds of paying after a conversation without a promise", 1, 20, **_PUBLISHED)  # fmt: skip
    talk_half_life_days: float = parameter(5.0, "days", "Days after which half of what a conversation adds is left", 0.1, 60, **_X)  # fmt: skip
    talk_minutes: tuple[float, ...] = parameter((2.5, 4.0, 4.5, 4.5), "minutes, four bands", "Mean length of a conversation, evenly from half to one and a half of it", 0, 60, **_RANGE)  # fmt: skip
    wrap_up_minutes: float = parameter(0.75, "minutes", "Work after a conversation", 0, 30, origin="published", source="wrap-up after a call, mean 45 s")  # fmt: skip
    failed_dial_minutes: float = parameter(0.6, "minutes", "Lost by a person for a dial that does not reach the borrower", 0, 10, **_RANGE)  # fmt: skip
    ai_failed_dial_minutes: float = parameter(0.3, "minutes", "Line time of a dial by AI that does not reach the borrower", 0, 10, **_X)  # fmt: skip
    fatigue: tuple[float, ...] = parameter((1.0, 0.6, 0.35, 0.2, 0.0, -0.2), "factor", "Effect of the first, second … talk, or message, in seven days; the last holds for all further ones", -1, 1, **_RANGE)  # fmt: skip
    messages: tuple[MessageEffect, ...] = parameter(
        (
            MessageEffect("sms", 1.25, 3.0, 0.85),
            MessageEffect("email", 1.08, 3.0, 0.30),
            MessageEffect("social", 1.20, 3.0, 0.60),
            MessageEffect("letter", 1.10, 10.0, 0.50),
        ),
        meaning="What messages do",
    )
    agency_odds_ratio: float = parameter(
        3.2, "odds ratio", "On the daily odds of paying while placed, in the first month of a first placement", 0, 20, origin="assumed", source="set so that placed debt yields 0.5–1 % of its balance a month, as Yongxiong's F-1 shows")  # fmt: skip
    agency_curve: tuple[float, ...] = parameter((1.0, 0.9, 0.8, 0.65, 0.55, 0.45), "factor by month", "On what an agency adds, by months since placement; the last holds on", 0, 3, **_X)  # fmt: skip
    agency_tier: tuple[float, ...] = parameter((1.0, 0.6, 0.4), "factor by tier", "On what an agency adds, by tier; the last holds on", 0, 3, **_X)  # fmt: skip
    complaints: tuple[float, ...] = parameter((0.6, 1.0, 2.0, 2.5), "per 1,000 talks, four bands", "Complaints about the first talk in seven days", 0, 1000, **_RANGE)  # fmt: skip
    message_complaint: float = parameter(
        0.05, "factor", "A message's chance of a complaint against that of a talk", 0, 1, **_X
    )
    complaint_growth: float = parameter(1.6, "factor", "On the chance of a complaint with each earlier touch in seven days", 1, 10, **_X)  # fmt: skip
    plan_accepted: float = parameter(0.30, "share", "Offers of a plan that are accepted", 0, 1, **_X)
    plan_kept: float = parameter(0.86, "share a month", "Plan instalments that are paid; the first one missed ends the plan", 0, 1, origin="assumed", source="so that 21–43 % of plans are completed, as debt management plans are")  # fmt: skip
    discount_accepted: float = parameter(0.03, "share", "Offers of a settlement that are accepted", 0, 1, **_X)
    court: Court = parameter(Court(), meaning="Suits")
    calls_back: float = parameter(0.0, "share", "Messages after which the borrower calls the same day", 0, 1, **_X)
    patience_minutes: float = parameter(3.0, "minutes", "How long a caller waits for an answer", 0, 600, **_X)
    back_again: float = parameter(2.5, "odds ratio", "On the odds of missing a due date for borrowers who were late before", 0, 50, **_X)  # fmt: skip
