"""How much is measured: the full sizes, or with BENCH_QUICK=1 small ones for a quick look, whose
ratios say little but whose code has run."""

import os

IS_QUICK = os.environ.get("BENCH_QUICK", "") == "1"


def size(full: int, quick: int) -> int:
    return quick if IS_QUICK else full


COUNTS = {"small": size(20_000, 200), "large": size(200_000, 1_000)}
LIVES = size(4_000, 60)
LIVES_DAYS = size(40, 10)
ROUNDS = size(9, 1)
FIRST_ROUND = size(-1, 0)  # the one before them only warms up
EACH = size(5, 1)
WRITES = size(400, 8)  # by eight writers together, on each side of a round
SERVED_SECONDS = size(1_500, 100) / 1_000
SERVED_ROUNDS = size(5, 1)
OPINIONS = size(10_000, 300), size(500, 40)  # people, statements
