"""Measures of a book: one SQL file a question, the facts they stand on, and how to ask."""

from data.errors import BookMissing, InvalidOption, NeedsData, Refused, UnknownOption, UnknownQuestion, UserError
from queries.publish import Imported, check_files, import_files, import_tables, rebuild
from queries.question import Question, questions
from queries.reader import Filters, Reader, open_reader

__all__ = [
    "BookMissing", "Filters", "Imported", "InvalidOption", "NeedsData", "Question", "Reader", "Refused",
    "UnknownOption", "UnknownQuestion", "UserError",
    "check_files", "import_files", "import_tables", "open_reader", "questions", "rebuild",
]  # fmt: skip
