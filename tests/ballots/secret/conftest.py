"""Powers that were raised once in this run are looked up afterwards.

Most tests here look at the same few votes from different sides, each time raising numbers of 2048
bits to the same powers. A power is what it is: remembering it changes no answer.
"""

from collections.abc import Iterator
from functools import cache

import pytest

from tests.ballots.secret.script import script
from xiangyue.ballots.secret import board, group, proofs


@pytest.fixture(scope="package", autouse=True)
def powers_remembered() -> Iterator[None]:
    remembered = cache(pow)
    with pytest.MonkeyPatch.context() as patched:
        for module in (board, proofs, script):
            patched.setattr(module, "pow", remembered, raising=False)
        patched.setattr(group.FixedBase, "power", cache(group.FixedBase.power))
        patched.setattr(group, "is_element", cache(group.is_element))
        patched.setattr(script.Table, "power", cache(script.Table.power))
        patched.setattr(script, "Table", cache(script.Table))
        patched.setattr(script, "is_square", cache(script.is_square))
        yield
