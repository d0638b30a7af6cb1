"""Answers that need more than SQL: for each, a pure function `answer(frame, **options)` from what the SQL gives to the answer."""
