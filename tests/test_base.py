"""Base modules: wording, territories, settings, the case folder; their doctests run too."""

import doctest
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attrigraph import territories, territory_names, wording
from attrigraph.errors import CaseError, InputError, UnreadableFile
from attrigraph.folder import CaseFolder, given_file, locked, sha256_of, whole_file, write_whole
from attrigraph.settings import CaseSettings, read_settings, write_settings


@pytest.mark.parametrize("module", [wording, territories, territory_names])
def test_examples_in_docstrings(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]


@given(st.floats(0, 1))
def test_no_probability_prints_as_certain(p: float) -> None:
    assert wording.percent(p) not in ("0\u202f%", "100\u202f%")


@given(st.floats(0, 1))
def test_word_fits_the_number_beside_it(p: float) -> None:
    bounds = {
        "almost no chance": (0, 5),
        "very unlikely": (5, 20),
        "unlikely": (20, 45),
        "roughly even chance": (45, 55),
        "likely": (55, 80),
        "very likely": (80, 95),
        "almost certain": (95, 101),
    }
    low, high = bounds[wording.likelihood_word(p)]
    assert low <= round(100 * round(p, 2)) < high


@pytest.mark.parametrize(
    ("text", "codes", "region"),
    [
        ("Russian Federation", ("RU",), None),
        ("Viet Nam", ("VN",), None),
        ("Lao People's Democratic Republic", ("LA",), None),
        ("Macedonia", ("MK",), None),
        ("Swaziland", ("SZ",), None),
        ("Burma", ("MM",), None),
        ("East Timor", ("TL",), None),
        ("Turkey", ("TR",), None),
        ("Scotland", ("GB",), None),
        ("Réunion", ("RE",), None),
        ("Sint Maarten", ("SX",), None),
        ("Korea", ("KP", "KR"), None),
        ("Congo", ("CD", "CG"), None),
        ("rs", ("RS",), None),
        ("Eastern Europe (Non-EU)", ("BY", "MD", "RU", "UA"), "Eastern Europe (Non-EU)"),
        ("Australasia", ("AU", "CC", "CX", "HM", "NF", "NZ"), "Australasia"),
    ],
)
def test_names_platforms_write(text: str, codes: tuple[str, ...], region: str | None) -> None:
    assert territories.resolve_place(text) == territories.Place(codes, region)


@pytest.mark.parametrize("text", [None, "", " ", "Synthetic Region", "XX", "web"])
def test_what_names_no_place_stays_unresolved(text: str | None) -> None:
    assert territories.resolve_place(text) is None


def test_every_territory_is_in_exactly_one_subregion() -> None:
    assert len(territories.territories()) == 250
    assert {t.subregion for t in territories.territories().values()} - {"Antarctica"} == {
        part for parts in territories.REGION_PARTS.values() for part in parts
    }


def test_settings_come_back_as_written(tmp_path: Path) -> None:
    given_ = CaseSettings(name='har"bour', question="Where\nfrom?", deceivers=0.4, prior={"PT": 2.0}, prior_mix="mine")
    given_.hypotheses = {"H5": 'Two "travellers".'}
    write_settings(tmp_path / "case.toml", given_)
    assert read_settings(tmp_path / "case.toml") == given_


def test_a_wrong_setting_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "case.toml").write_text("deceivers = 3\n")
    with pytest.raises(
        CaseError, match=r"setting deceivers = 3: Input should be less than 1\. Correct it and try again\."
    ):
        read_settings(tmp_path / "case.toml")


def test_the_key_of_a_case_is_made_once_and_private(tmp_path: Path) -> None:
    folder = CaseFolder(tmp_path / "case")
    folder.create()
    assert len(folder.key()) == 32
    assert folder.key() == folder.key()
    assert (folder.root / "case.key").stat().st_mode & 0o077 == 0


def test_a_folder_with_files_is_not_taken_for_a_case(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(CaseError, match="is not empty"):
        CaseFolder(tmp_path).create()


def test_a_lock_of_a_dead_process_is_free(tmp_path: Path) -> None:
    path = tmp_path / "case.lock"
    code = (
        "import os; from pathlib import Path; from attrigraph.folder import locked\n"
        f"with locked(Path({str(path)!r}), 'test'): os.kill(os.getpid(), 9)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -9
    with locked(path, "test", wait_s=1):
        pass


def test_two_writers_wait_for_each_other(tmp_path: Path) -> None:
    path = tmp_path / "case.lock"
    code = (
        "from pathlib import Path; from attrigraph.folder import locked\n"
        f"with locked(Path({str(path)!r}), 'load', wait_s=0): pass"
    )
    with locked(path, "test"):
        other = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert "Another process holds" in other.stderr


@pytest.mark.parametrize(("name", "says"), [("absent.csv", "does not exist"), ("", "is a folder")])
def test_what_is_no_file_is_one_sentence(tmp_path: Path, name: str, says: str) -> None:
    with pytest.raises(UnreadableFile, match=says):
        sha256_of(tmp_path / name)


def test_a_file_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "new" / "record.json"
    with pytest.raises(KeyboardInterrupt), whole_file(path) as part:
        part.write_text("half")
        raise KeyboardInterrupt
    assert list(path.parent.iterdir()) == []
    write_whole(path, "first")
    with pytest.raises(ValueError, match="stop"), whole_file(path) as part:
        part.write_text("second")
        raise ValueError("stop")
    assert [(p.name, p.read_text()) for p in path.parent.iterdir()] == [("record.json", "first")]


def test_a_file_at_a_place_the_user_named(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    for text in ("one", "two"):
        with given_file(path) as part:
            part.write_text(text)
    with pytest.raises(InputError, match=r"out\.csv is there already"), given_file(path, overwrite=False) as part:
        part.write_text("three")
    with pytest.raises(InputError, match="cannot be written"), given_file(path / "below.csv") as part:
        part.write_text("four")
    with pytest.raises(InputError, match="cannot be written: odd"), given_file(path, failures=(ValueError,)):
        raise ValueError("odd")
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("out.csv", "two")]
