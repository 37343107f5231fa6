"""A short run of `make fuzz`: spoiled files of every format give sentences and rejects, never a traceback."""

from __future__ import annotations

from random import Random

import pytest
from fuzz import ARCHIVES, GENERIC, names, run, seeds, spoiled
from mutate import ANY, mutate

CASES = 25


@pytest.mark.parametrize("name", names())
def test_spoiled_files(name: str) -> None:
    found = run(name, CASES)
    assert found.cases == CASES
    assert [(failure.number, failure.case, failure.what) for failure in found.failures] == []


def test_every_format_has_a_sound_file_to_spoil() -> None:
    said = {name for name, found in seeds().items() if name == GENERIC or any(s.rows + len(s.said) for s in found)}
    assert set(names()) - {ARCHIVES} - said == set()


def test_the_same_number_is_the_same_case() -> None:
    assert spoiled("x-archive", 7).seed.files == spoiled("x-archive", 7).seed.files
    assert len({str(spoiled("x-archive", number)) for number in range(30)}) > 10


def test_every_way_to_spoil_takes_any_bytes() -> None:
    for way in ANY:
        for data in (b"", b"\xff\x00", b'{"a": [1, {"b": "c"}]}', b"a,b\n1,2\n"):
            assert isinstance(way(data, Random(1)), bytes)
    assert mutate(b"a,b\n1,2\n", Random(3)) == mutate(b"a,b\n1,2\n", Random(3))
