"""Who is late, outcomes, what works, plans, customers: figures hold what their frames say, and few cases are grey."""

import polars as pl
import pytest

import charts
from charts.theme import bucket_colours

BUCKETS = ("M0", "M1", "M2")


def plain(text: str) -> str:
    return text.replace("\u202f", " ")


def heat(trace) -> dict[tuple[int, int], float]:
    return {(row, column): z for row, line in enumerate(trace.z) for column, z in enumerate(line) if z is not None}


def letters(figure, columns: int) -> list[list[str]]:
    texts = [plain(text) for text in figure.data[-1].text]
    return [texts[at : at + columns] for at in range(0, len(texts), columns)]


# Who is late


def late(values: dict[str, tuple[int, dict[str, int]]], balances: bool = True) -> pl.DataFrame:
    """Value → (open loans, late loans by bucket); a loan owes 10."""
    rows = []
    for value, (whole, cells) in values.items():
        for bucket in (*BUCKETS[1:], "all"):
            loans = sum(cells.values()) if bucket == "all" else cells.get(bucket, 0)
            share = loans / whole
            rows.append(
                {
                    "value": value,
                    "bucket": bucket,
                    "loans": loans,
                    "balance": 10.0 * loans if balances else None,
                    "of_loans": whole,
                    "share_loans": share,
                    "share_loans_low": share,
                    "share_loans_high": share,
                    "share_balance": share if balances else None,
                    "share_balance_low": share if balances else None,
                    "share_balance_high": share if balances else None,
                }
            )
    return pl.DataFrame(rows, schema_overrides={"balance": pl.Float64, "share_balance": pl.Float64})


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_late_are_stacked_by_bucket_in_the_colours_that_buckets_have_everywhere(mode):
    frame = late({"calm": (100, {"M1": 2}), "": (100, {"M1": 5, "M2": 10})})
    figure = charts.late_by(frame, mode=mode, weigh="loans", buckets=BUCKETS)
    shades = bucket_colours(BUCKETS, mode)
    assert [(bar.name, bar.marker.color, list(bar.x)) for bar in figure.data] == [
        ("M1", shades["M1"], [0.05, 0.02]),
        ("M2", shades["M2"], [0.10, 0.0]),
    ]
    assert figure.layout.yaxis.ticktext == ("Not known", "calm")
    words = charts.late_by_words(frame, weigh="loans")
    assert plain(words.title) == "Not known is late most: 15.0 %; calm least: 2.0 %"
    assert plain(words.beside) == "Not known holds 88.2 % of what is late"


def test_values_of_few_loans_are_not_the_finding():
    frame = late({"few": (10, {"M1": 9}), "a": (100, {"M1": 5}), "b": (100, {"M1": 4})})
    assert charts.late_by_words(frame, weigh="loans").title.startswith("a is late most")


def test_a_book_without_balances_is_weighed_by_loans_alone():
    frame = late({"a": (100, {"M1": 5})}, balances=False)
    assert charts.late_by(frame, mode="light", weigh="balance", buckets=BUCKETS) is None
    assert charts.late_by(frame, mode="light", weigh="loans", buckets=BUCKETS) is not None
    assert "weigh by loans" in charts.late_by_words(frame, weigh="balance").title


# What works

NAMES = ("right_party", "attempts", "promises", "promises_due", "promises_kept", "cured_accounts", "reached_accounts", "attempted_accounts", "cash")  # fmt: skip


def worked(cells: dict[tuple[str, str], dict]) -> pl.DataFrame:
    """(value, channel) → counts; what is not said is 0, and nothing for those that nobody reached."""
    parts = {
        "rpc_rate": ("right_party", "attempts"),
        "ptp_rate": ("promises", "right_party"),
        "kept_rate": ("promises_kept", "promises_due"),
        "cured_rate": ("cured_accounts", "reached_accounts"),
        "cash_per_account": ("cash", "attempted_accounts"),
    }
    rows = []
    for (value, channel), counts in cells.items():
        row = {"value": value, "channel": channel} | {name: counts.get(name, 0) for name in NAMES}
        for rate, (part, base) in parts.items():
            share = row[part] / row[base] if row[base] else None
            row |= {rate: share, f"{rate}_low": share, f"{rate}_high": share}
        rows.append(row)
    schema = {rate + side: pl.Float64 for rate in parts for side in ("", "_low", "_high")}
    return pl.DataFrame(rows, schema_overrides=schema)


def contact(attempts: int, reached: int, cured: int, **more) -> dict:
    known = {"right_party": reached, "reached_accounts": reached, "cured_accounts": cured}
    return {"attempts": attempts, "attempted_accounts": attempts} | known | more


GRID = {
    ("prime", "all"): contact(300, 100, 50),
    ("prime", "phone"): contact(100, 80, 40, cash=1000),
    ("prime", "sms"): contact(200, 0, 0, cash=500),
    ("prime", "not_reached"): {"reached_accounts": 200, "cured_accounts": 20},
    ("near", "all"): contact(90, 40, 10),
    ("near", "phone"): contact(90, 40, 10),
    ("near", "visit"): contact(20, 5, 4),
}


def test_what_works_is_a_grid_of_values_and_the_channels_that_reach():
    figure = charts.what_works(worked(GRID), mode="light", measure="cured_rate")
    assert figure.layout.yaxis.ticktext == ("prime", "near")
    assert figure.layout.xaxis.ticktext == ("Any", "Phone", "Visit", "Not reached")
    enough, grey, _letters = figure.data
    assert heat(enough) == {(0, 0): 0.5, (0, 1): 0.5, (0, 3): 0.1, (1, 0): 0.25, (1, 1): 0.25}
    assert heat(grey) == {(1, 2): 0.8}
    assert letters(figure, 4) == [["50.0 %", "50.0 %", "–", "10.0 %"], ["25.0 %", "25.0 %", "80.0 %", "–"]]
    title = charts.what_works_words(worked(GRID), measure="cured_rate").title
    assert plain(title) == "Cured: most prime · Phone with 50.0 %, least near · Phone with 25.0 %"


def test_cash_has_the_channels_that_bring_it_and_ends_at_the_most():
    figure = charts.what_works(worked(GRID), mode="light", measure="cash_per_account")
    assert figure.layout.xaxis.ticktext == ("SMS", "Phone")
    assert heat(figure.data[0])[0, 1] == 1.0
    assert plain(figure.data[-1].text[1]) == "¥ 10"


def test_the_cures_of_those_reached_are_told_beside_the_rest():
    assert plain(charts.reached_words(worked(GRID))) == "42.9 % of accounts reached were cured, 10.0 % of the rest"
    only = worked({key: cell for key, cell in GRID.items() if key[1] != "not_reached"})
    assert charts.reached_words(only) == ""


def test_a_month_in_which_nothing_is_known_draws_nothing():
    frame = worked({("prime", "all"): {"attempts": 5}, ("prime", "sms"): {"attempts": 5}})
    for measure in charts.MEASURES[1:]:
        assert charts.what_works(frame, mode="light", measure=measure) is None
        assert "do not tell" in charts.what_works_words(frame, measure=measure).title


# Outcomes


def outcomes(cells: dict[tuple[str, str], tuple[int, int]]) -> pl.DataFrame:
    """(value, outcome) → (attempts, of them reached)."""
    whole = {
        value: [sum(c[k] for (v, _o), c in cells.items() if v == value) for k in (0, 1)] for value, _outcome in cells
    }
    rows = []
    for (value, outcome), (attempts, reached) in cells.items():
        row = {"value": value, "outcome": outcome, "attempts": attempts, "reached": reached, "accounts": attempts}
        for name, part, of in (("share", attempts, whole[value][0]), ("share_of_reached", reached, whole[value][1])):
            share = part / of if of else None
            row |= {name: share, f"{name}_low": share, f"{name}_high": share}
        rows.append(row)
    return pl.DataFrame(rows, schema_overrides={"share_of_reached": pl.Float64})


def test_outcomes_are_those_of_borrowers_reached_where_that_is_known():
    every = outcomes({("all", "ill"): (30, 30), ("all", "promise"): (60, 60), ("all", "no answer"): (500, 0)})
    split = outcomes(
        {("prime", "ill"): (30, 30), ("prime", "promise"): (40, 40), ("near", "promise"): (20, 20), ("", "ill"): (1, 1)}
    )
    figure = charts.outcomes(every, split, mode="light")
    assert figure.layout.yaxis.ticktext == ("promise", "ill")
    assert figure.layout.xaxis.ticktext == ("All", "prime", "near")
    assert letters(figure, 3) == [["66.7 %", "57.1 %", "100.0 %"], ["33.3 %", "42.9 %", "0.0 %"]]
    assert set(heat(figure.data[1])) == {(0, 2), (1, 2)}, "of twenty attempts"
    assert plain(charts.outcomes_words(every).title) == "Borrowers reached: “promise” in 66.7 %"
    assert charts.of_reached(every)


def test_outcomes_are_those_of_all_attempts_where_nobody_says_who_was_reached():
    every = outcomes({("all", "ill"): (30, 0), ("all", ""): (70, 0)})
    assert not charts.of_reached(every)
    assert plain(charts.outcomes_words(every).title) == "Attempts: “Nothing said” in 70.0 %"
    silent = outcomes({("all", ""): (70, 0)})
    assert charts.outcomes(silent, silent, mode="light") is None


# Plans and customers


def plans(fates: dict[int, tuple[int, int | None]]) -> pl.DataFrame:
    """Months since → (plans, kept); the others are broken."""
    rows = []
    for since, (agreed, kept) in fates.items():
        row = {"months_since": since, "plans": agreed}
        counts = {"kept": kept, "broken": None if kept is None else agreed - kept, "paid_off": 0, "redefaulted": 0}
        for fate, count in counts.items():
            share = None if kept is None else count / agreed
            row |= {fate: count, f"share_{fate}": share, f"share_{fate}_low": share, f"share_{fate}_high": share}
        rows.append(row)
    return pl.DataFrame(rows, schema_overrides={"share_kept": pl.Float64})


def test_plans_stand_by_their_age_and_few_of_them_are_grey():
    frame = plans({3: (100, 60), 6: (50, 20), 12: (10, 1)})
    figure = charts.plans(frame, mode="light")
    assert letters(figure, 5)[0] == ["100", "60.0 %", "0.0 %", "40.0 %", "0.0 %"]
    assert {row for row, _column in heat(figure.data[1])} == {2}
    assert plain(charts.plans_words(frame).title) == "Of 50 plans, 40.0 % kept and 60.0 % broken after 6 months"
    young = plans({3: (100, None)})
    assert charts.plans(young, mode="light") is None
    assert "three months ago" in charts.plans_words(young).title


def customers(held: dict[int, tuple[int, int, int]]) -> pl.DataFrame:
    """Loans held → (customers, with a late loan, with all late)."""
    everybody, late = sum(c[0] for c in held.values()), sum(c[1] for c in held.values())
    rows = []
    for number, (many, some, together) in held.items():
        row = {"loans_held": number, "customers": many, "late_customers": some, "all_late_customers": together}
        shares = {
            "share_customers": many / everybody,
            "share_late": some / many,
            "share_all_late": together / some if some else None,
            "share_of_late_balance": some / late,
        }
        for name, share in shares.items():
            row |= {name: share, f"{name}_low": share, f"{name}_high": share}
        rows.append(row)
    return pl.DataFrame(rows, schema_overrides={"share_all_late": pl.Float64})


def test_customers_stand_by_the_loans_they_hold():
    frame = customers({1: (800, 80, 80), 2: (190, 40, 10), 4: (10, 5, 0)})
    figure = charts.customers(frame, mode="light")
    assert figure.layout.yaxis.ticktext == ("1 loan", "2 loans", "4 loans or more")
    assert letters(figure, 5)[:2] == [
        ["800", "80.0 %", "10.0 %", "–", "64.0 %"],
        ["190", "19.0 %", "21.1 %", "25.0 %", "32.0 %"],
    ]
    assert plain(charts.customers_words(frame).title) == (
        "200 customers have several loans; of those late, 22.2 % are late with all"
    )
    single = customers({1: (800, 80, 80)})
    assert charts.customers_words(single).title == "No customer has several loans"
    assert charts.customers(frame.clear(), mode="light") is None
    assert "names no customers" in charts.customers_words(frame.clear()).title
