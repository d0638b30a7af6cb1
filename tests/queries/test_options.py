"""What a question can be asked beside its filters, what it needs, and how it says so in its header."""

import inspect
from datetime import date
from importlib import import_module

import pytest

import queries.reader
import recoup as command_line
from data.schema import TABLES
from queries import InvalidOption, NeedsData, UnknownOption, import_files, questions
from queries.question import UndefinedQuestion, parse_question
from tests.small_books import FEB, JAN, M0, M1, loan
from tests.snapshots import write_csv

FIELDS = ("title", "chinese", "answers", "grain", "unit", "formula", "leaves out", "pitfalls", "source")


def question_of(*header: str, sql: str = "select 1 as n", columns: str = "--   n: a number", name: str = "trial"):
    """A question with a full header, and these lines in it besides."""
    fields = [f"-- {field}: something" for field in FIELDS]
    return parse_question(name, "\n".join([*fields, *header, "-- columns:", columns, sql]))


ASKED = question_of(
    "-- options:",
    "--   horizon = 6 (1 to 12): months to look ahead",
    "--   level = 0.8 (0.5 to 0.99): how often it should hold",
    "--   by = balance (balance, loans): what is counted",
    sql="select $horizon as n, $level::double as level, $by as by",
    columns="--   n: a number\n--   level: another\n--   by: a word",
)


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """Two loans from January to February 2024, one of which rolls."""
    folder = tmp_path_factory.mktemp("small")
    rows = [loan("a", JAN, M0), loan("b", JAN, M0), loan("a", FEB, M1), loan("b", FEB, M0)]
    import_files(folder / "book", [write_csv(folder / "rows.csv", rows)], today=date(2026, 1, 15))
    return folder / "book"


@pytest.fixture
def reader(book, open_book, monkeypatch):
    """A reader on the small book that knows the trial question, and one that needs payments and actions."""
    needing = question_of("-- needs: payment, action", name="needing")
    known = {**questions(), "trial": ASKED, "needing": needing}
    monkeypatch.setattr(queries.reader, "questions", lambda: known)
    return open_book(book)


def test_an_option_that_is_not_given_has_its_default(reader):
    assert reader.ask("trial").rows() == [(6, 0.8, "balance")]


@pytest.mark.parametrize(
    ("given", "answer"),
    [
        ({"horizon": 1}, (1, 0.8, "balance")),
        ({"horizon": "12", "by": "loans"}, (12, 0.8, "loans")),
        ({"level": "0.5"}, (6, 0.5, "balance")),
        ({"level": 0.99, "horizon": 7.0}, (7, 0.99, "balance")),
    ],
)
def test_an_option_is_given_as_a_value_or_as_the_text_of_one(reader, given, answer):
    assert reader.ask("trial", **given).rows() == [answer]


@pytest.mark.parametrize(
    "given", [0, 13, -1, 2.5, "2.5", "six", "", True, None, float("nan"), pytest.param(10**400, id="huge")]
)
def test_a_whole_number_out_of_its_range_is_refused_with_the_range(reader, given):
    with pytest.raises(InvalidOption, match=r"horizon is .*a whole number from 1 to 12"):
        reader.ask("trial", horizon=given)


@pytest.mark.parametrize("given", [0.49, 1, "nan", "inf", "much", False])
def test_a_number_out_of_its_range_is_refused_with_the_range(reader, given):
    with pytest.raises(InvalidOption, match=r"level is .*a number from 0\.5 to 0\.99"):
        reader.ask("trial", level=given)


def test_a_word_that_is_not_among_those_known_is_refused_with_the_nearest(reader):
    with pytest.raises(InvalidOption, match=r"by is “loan”; it must be one of balance, loans\. Did you mean loans\?"):
        reader.ask("trial", by="loan")
    with pytest.raises(InvalidOption, match=r"it must be one of balance, loans\.$"):
        reader.ask("trial", by=7)


def test_an_option_that_a_question_does_not_have_is_refused_with_the_nearest_and_all_it_has(reader):
    with pytest.raises(UnknownOption, match=r"trial has no option horzon\. Did you mean horizon\?.*level \(0\.5 to"):
        reader.ask("trial", horzon=3)
    with pytest.raises(UnknownOption, match=r"no option colour; there are horizon \(1 to 12\)"):
        reader.ask("trial", colour="red")
    with pytest.raises(UnknownOption, match="bad_debt has no options"):
        reader.ask("bad_debt", horizon=3)


@pytest.mark.parametrize("confidence", [0, 1, -0.5, 95, float("nan")])
def test_a_confidence_is_between_nothing_and_certainty(reader, confidence):
    with pytest.raises(InvalidOption, match="between 0 and 1"):
        reader.ask("bad_debt", intervals=True, confidence=confidence)


@pytest.mark.parametrize(
    "line",
    [
        "horizon = 6: months",
        "horizon = 0 (1 to 12): months",
        "horizon = six (1 to 12): months",
        "horizon = 6 (12 to 1): months",
        "by = weight (balance, loans): what",
        "horizon (1 to 12): months",
        "horizon = 6 (1 to 12)",
        "month = 6 (1 to 12): the name of a filter",
        "intervals = 6 (1 to 12): a name that means something else",
    ],
)
def test_an_option_that_is_not_wholly_declared_is_no_definition(line):
    with pytest.raises(UndefinedQuestion):
        question_of("-- options:", f"--   {line}")


def test_a_statement_binds_filters_and_declared_options_only():
    with pytest.raises(UndefinedQuestion, match="horizon"):
        question_of(sql="select $horizon as n")
    assert question_of(sql="select $month as n").filters == ("month",)
    assert ASKED.filters == ()


def test_a_question_is_computed_by_a_module_that_there_is():
    assert question_of("-- computed by: forecast").computed_by == "forecast"
    with pytest.raises(UndefinedQuestion, match="crystal_ball"):
        question_of("-- computed by: crystal_ball")


@pytest.mark.parametrize("name", [name for name, asked in questions().items() if asked.computed_by])
def test_what_computes_an_answer_takes_exactly_the_options_of_the_question(name):
    answer = import_module(f"queries.computed.{questions()[name].computed_by}").answer
    assert list(inspect.signature(answer).parameters) == ["frame", *questions()[name].options]


def test_a_question_about_tables_that_the_book_has_nothing_of_says_which(reader):
    assert reader.lacks("needing") == ("payment", "action")
    needing_nothing = {name for name, asked in questions().items() if not asked.needs}
    assert set(reader.answerable) == needing_nothing | {"trial"}
    with pytest.raises(NeedsData, match=r"This question needs: payment, action\.") as refused:
        reader.ask("needing")
    assert refused.value.tables == ("payment", "action")


def test_a_table_that_the_book_has_is_not_missed(reader, monkeypatch):
    known = {"held": question_of("-- needs: loan_snapshot", name="held")}
    monkeypatch.setattr(queries.reader, "questions", lambda: known)
    assert reader.lacks("held") == ()
    assert reader.ask("held").rows() == [(1,)]


def test_no_question_needs_a_table_that_cannot_be_imported():
    assert {table for asked in questions().values() for table in asked.needs} <= set(TABLES)


# On the command line


@pytest.fixture
def run(book, capsys):
    """Runs a command on the small book in this process; its exit status, what it printed, what it said."""

    def run(*words: str) -> tuple[int, str, str]:
        try:
            status = command_line.main([*words, "--book", str(book)])
        except SystemExit as stopped:
            status = stopped.code
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return run


def test_options_are_given_on_the_command_line(run):
    status, out, _ = run("ask", "forecast", "--horizon", "2", "--last=3", "--by", "loans", "--format", "csv")
    lines = out.splitlines()
    assert (status, lines[0], len(lines)) == (0, "month,measure,value,low,high", 1 + 2 * 10)
    assert lines[1] == "2024-03-31,M0,0.5,,"


def test_intervals_are_added_on_the_command_line(run):
    status, out, _ = run("ask", "bad_debt", "--month", "2024-02", "--intervals", "--format", "csv")
    assert status == 0
    assert out.splitlines()[0].endswith(
        "bad_debt_ratio_loans,bad_debt_ratio_low,bad_debt_ratio_high,bad_debt_ratio_loans_low,bad_debt_ratio_loans_high,small"
    )
    status, out, err = run("ask", "ledger", "--intervals", "--format", "csv")
    assert (status, "no rates" in err) == (0, True)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("forecast", "--horizon", "20"), "from 1 to 12"),
        (("forecast", "--horzion", "2"), "Did you mean horizon?"),
        (("forecast", "--horzion=2"), "Did you mean horizon?"),
        (("roll_rates", "--horizon", "2"), "has no options"),
        (("roll_rates", "--colour", "red"), "has no options"),
        (("bad_debt", "--confidence", "95", "--intervals"), "between 0 and 1"),
    ],
)
def test_a_wrong_option_is_wrong_use(run, words, told):
    status, out, err = run("ask", *words)
    assert (status, out) == (2, "")
    assert told in " ".join(err.split())


@pytest.mark.parametrize("words", [("ask", "bad_debt", "stray"), ("versions", "--horizon", "2")])
def test_words_that_mean_nothing_are_refused_as_before(run, words):
    status, out, err = run(*words)
    assert (status, out) == (2, "")
    assert "unrecognized arguments" in err


def test_a_question_without_its_tables_is_refused_on_the_command_line(run, monkeypatch):
    needing = question_of("-- needs: payment", name="needing")
    monkeypatch.setattr(queries.reader, "questions", lambda: {"needing": needing})
    status, out, err = run("ask", "needing")
    assert (status, out) == (1, "")
    assert "This question needs: payment." in err


def test_the_list_of_questions_names_options_and_what_intervals_add(run):
    status, out, _ = run("questions")
    assert status == 0
    assert "  option --horizon 6 (1 to 12): months to look ahead\n" in out
    assert "  with --intervals: bad_debt_ratio_low, bad_debt_ratio_high, " in out
    assert "  filters: product, region, segment, acquisition_channel, month, from_month, to_month\n" in out
