"""The heavy SQL: from snapshots to monthly facts, a month at a time."""
