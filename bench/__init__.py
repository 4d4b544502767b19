"""Measures the design's budgets as ratios within one run; docs/benchmarks.md says how to read them.

`python -m bench` runs every benchmark on SQLite, and on PostgreSQL where TEST_DATABASE_URL names
a server, and prints one table. Words after it choose benchmarks: `python -m bench inbox`.
"""
