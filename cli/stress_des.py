"""A report of a simulation by STRESS-DES, the checklist for discrete-event models (Monks and others 2019), made from the model and a run.

Sections and their numbers are those of the checklist. What the model is stands in docs/background/model.md; what this run was, its
scenario, parameters with their origins, and results, is put in from the run itself.
"""

import platform
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version

from queries.dictionary import table
from sim.comparison import Comparison, Interval
from sim.difference_words import in_words
from sim.measures import MEASURES, Measure
from sim.parameter import Parameter, parameters
from sim.scenario import Scenario
from sim.terms import shown

MODEL = "docs/background/model.md"
PACKAGES = ("simpy", "numpy", "scipy", "polars")
ORIGINS = {"measured": "from the lender's book", "published": "by the source named", "assumed": "no public source"}


def stress_des(
    scenarios: Mapping[str, Scenario], known: Comparison, run: Mapping[str, object], code: bool = True
) -> str:
    """The report as Markdown. scenarios: the one reported first. run: scenario (its name), days, replications, confidence. code: name the versions it ran on."""
    scenario = next(iter(scenarios.values()))
    return "\n".join(
        [
            "# STRESS-DES report",
            "",
            f"The collections operation “{run['scenario']}”, {run['replications']} replications of {run['days']} days.",
            *_objectives(scenarios, known),
            *_logic(scenario, in_words(Scenario(), scenario)),
            *_data(scenario),
            *_experimentation(scenario, run),
            *_implementation(code),
            *_results(scenarios, known),
            "",
        ]
    )


def _objectives(scenarios: Mapping[str, Scenario], known: Comparison) -> Iterator[str]:
    yield from (
        "",
        "## 1. Objectives",
        "",
        "**1.1 Purpose.** To tell what would become of overdue consumer loans, of cash, cost and conduct,",
    )
    yield "if the lender collected in another way: other stage boundaries, channels, people, agencies, suits, plans."
    yield from ("", "**1.2 Outputs.** For a whole run, each with the interval of its mean over replications:", "")
    yield from table(("Output", "Unit", "Meaning"), [(str(m.title), m.unit, str(m.meaning)) for m in MEASURES])
    yield from (
        "",
        "**1.3 Aims of experimentation.** Scenarios side by side on the same borrowers with the same luck:",
        "",
    )
    yield from (f"- {each}" for each in scenarios)
    if known.differences:
        yield from ("", "Differences are paired: a replication of the first less the same replication of the other.")


def _logic(scenario: Scenario, differs: Sequence[object]) -> Iterator[str]:
    policy, people = scenario.policy, scenario.people
    yield from (
        "",
        "## 2. Logic",
        "",
        f"**2.1 Base model.** Loans fall due, are missed, become late, and are paid, cured, charged off or sold; {MODEL} has the order",
    )
    yield "of a day and every rule in equations. The stages of this run:"
    yield ""
    stages = [
        (each.name, f"{each.entry_dpd}", ", ".join(str(shown(channel.kind)) for channel in each.channels) or "–", each.team or "–")
        for each in policy.stages
    ]  # fmt: skip
    yield from table(("Stage", "Begins at days past due", "Channels", "Team"), stages)
    yield from ("", "**2.2 Scenario logic.** What differs from the classic operation:", "")
    yield from [f"- {clause}" for clause in differs] or ["- nothing"]
    yield from (
        "",
        "**2.3 Algorithms.** Days past due, hazards, promises, fatigue and rules of conduct: sections 3 to 12 of the model.",
        "",
    )
    yield "**2.4 Components.**"
    yield ""
    teams = ", ".join(f"{team.name} ({team.headcount})" for team in people.teams) or "none"
    agencies = ", ".join(agency.name for agency in policy.placement.agencies) if policy.placement else "none"
    litigation = f"{policy.litigation.filings_a_month} filings a month" if policy.litigation else "none"
    yield from table(
        ("Component", "In the model"),
        [
            ("Entities", "loans and their customers; promises, plans, placements and suits of a loan"),
            ("Activities", "calls, AI calls, messages, talks, promises, plans, agency dials, hearings, enforcement, training"),
            ("Resources", f"minutes of teams: {teams}; AI lines: {people.ai_lines:g}; agencies: {agencies}; court: {litigation}"),
            ("Queues", f"worklist of each team, ordered by {shown(policy.worklist)}; who is not reached in a day waits for the next and is counted"),
            ("Entry", "a due date that is missed; in a world of cases, cases that come each day"),
            ("Exit", "cured, paid off, charged off, sold; who is still late at the end is counted by name"),
        ],
    )  # fmt: skip


def _data(scenario: Scenario) -> Iterator[str]:
    stated = [each for each in parameters(scenario) if each.origin]
    origins = Counter(each.origin for each in stated)
    yield from (
        "",
        "## 3. Data",
        "",
        "**3.1 Sources and 3.2 pre-processing.** None is read by a run: all numbers stand in the scenario. Of those that make a claim:",
        "",
    )
    yield from (f"- {origins[origin]} {origin}: {says}" for origin, says in ORIGINS.items() if origins[origin])
    yield from (
        "",
        "**3.3 Inputs.** Parameters that make a claim about borrowers, with where they are from; all others are decisions and stand in the scenario file.",
        "",
    )
    yield from table(("Parameter", "Value", "Unit", "Meaning", "Origin", "Source"), [_row(each) for each in stated])
    yield from (
        "",
        f"**3.4 Assumptions.** Those whose origin is *assumed* above, and what the model leaves out: section 15 of {MODEL}.",
    )


def _row(one: Parameter) -> tuple[str, ...]:
    value = shown(one.default, one.unit)
    text = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
    return (f"`{one.path}`", text, one.unit, one.meaning, one.origin, one.source)


def _experimentation(scenario: Scenario, run: Mapping[str, object]) -> Iterator[str]:
    yield from ("", "## 4. Experimentation", "")
    yield f"**4.1 Initialisation.** The world “{scenario.population.world}” as it stands on {scenario.starts_on.isoformat()}: loans that are late begin with the age and the"
    yield "number of unpaid instalments drawn for them; there is no warm-up, and what a run reports is of all its days."
    yield ""
    yield f"**4.2 Run length.** {run['days']} days."
    yield ""
    yield f"**4.3 Estimation.** {run['replications']} independent replications; t intervals at {100 * float(run['confidence']):g} % of means, and of paired differences."


def _implementation(code: bool) -> Iterator[str]:
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES) if code else ", ".join(PACKAGES)
    python = f"Python {platform.python_version()}" if code else "Python"
    yield from (
        "",
        "## 5. Implementation",
        "",
        f"**5.1 Software.** {python}; {packages}. SimPy carries the calendar and all that is scarce; borrowers are NumPy columns.",
        "",
    )
    yield "**5.2 Random sampling.** Each draw is a function of seed, replication, borrower, day and purpose, so that scenarios share their luck and results"
    yield f"do not depend on the number of workers (section 2 of {MODEL})."
    yield ""
    yield "**5.3 Execution.** One event moves all whom it concerns; the order of events within a day is fixed (section 1)."
    yield ""
    yield "**5.4 System.** Any machine that runs Python; the same passport gives the same numbers."
    yield from (
        "",
        "## 6. Code",
        "",
        "**6.1 Access.** Open source: the room `sim/`, with its tests against theory and against a reference model in `tests/`.",
    )


def _results(scenarios: Mapping[str, Scenario], known: Comparison) -> Iterator[str]:
    yield from ("", "## Results", "")
    first, *others = scenarios
    heads = ["Output", first, *(cell for other in others for cell in (other, f"{first} − {other}"))]
    rows = []
    for measure in MEASURES:
        cells = [_cell(measure, known.results[first][measure.name])]
        for other in others:
            cells += [
                _cell(measure, known.results[other][measure.name]),
                _cell(measure, known.differences[other][measure.name]),
            ]
        rows.append((str(measure.title), *cells))
    yield from table(tuple(heads), rows)


def _cell(measure: Measure, found: Interval | None) -> str:
    if found is None:
        return "–"
    numbers = [_number(measure, value) for value in (found.mean, found.low, found.high) if value is not None]
    return numbers[0] if len(numbers) == 1 else f"{numbers[0]} ({numbers[1]} … {numbers[2]})"


def _number(measure: Measure, value: float) -> str:
    return f"{100 * value:.1f} %" if measure.unit == "share" else f"{float(f'{value:.4g}'):,.10g}"
