"""What an import says has words on the page: its steps, the reasons of refused rows, the columns."""

import re

from data.findings import CONTRACT
from data.schema import TABLES
from pages.shared.findings import _reason
from pages.shared.importing import STEPS
from reports.column_names import column_name, table_name


def test_every_step_that_an_import_reports_is_in_the_catalogue(root):
    code = "".join(
        (root / "queries" / name).read_text(encoding="utf-8") for name in ("publish.py", "lots.py", "build/version.py")
    )
    assert set(re.findall(r'on_progress(?:\(|, )"([^"]+)"', code)) == set(STEPS)


def test_every_reason_of_a_refused_row_has_words():
    refused = [code for code, clause in CONTRACT.items() if clause.severity == "error"]
    assert [code for code in (*refused, "duplicate_row", "earlier_day") if _reason(code) == code] == []


def test_every_table_and_column_has_a_name():
    assert [name for name in TABLES if table_name(name) == name] == []
    columns = {column.name for table in TABLES.values() for column in table.columns}
    assert [name for name in sorted(columns) if column_name(name) == name] == []
