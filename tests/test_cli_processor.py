"""What the command line puts into the environment before numpy is loaded."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from attrigraph.cli.processor import AVX_512, spare_processor

ZEN_4 = "vendor_id\t: AuthenticAMD\ncpu family\t: 25\nflags\t\t: fpu avx2 avx512f avx512vl\n\nprocessor\t: 1\n"


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENBLAS_THREAD_TIMEOUT", "NPY_DISABLE_CPU_FEATURES", "NPY_ENABLE_CPU_FEATURES"):
        monkeypatch.setenv(name, "")  # so that what is set below is taken back
        monkeypatch.delenv(name)


def cpuinfo(folder: Path, text: str) -> Path:
    (folder / "cpuinfo").write_text(text)
    return folder / "cpuinfo"


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize(
    ("text", "disabled"),
    [
        (ZEN_4, AVX_512),
        (ZEN_4.replace("25", "26"), None),
        (ZEN_4.replace(" avx512f", ""), None),
        (ZEN_4.replace("AuthenticAMD", "GenuineIntel"), None),
        ("", None),
        ("nothing: known", None),
    ],
)
def test_avx_512_is_left_out_on_zen_4_alone(text: str, disabled: str | None, tmp_path: Path) -> None:
    spare_processor(cpuinfo(tmp_path, text))
    assert os.environ.get("NPY_DISABLE_CPU_FEATURES") == disabled
    assert os.environ["OPENBLAS_THREAD_TIMEOUT"] == "4"


@pytest.mark.usefixtures("environment")
def test_elsewhere_there_is_no_such_file(tmp_path: Path) -> None:
    spare_processor(tmp_path / "cpuinfo")
    assert "NPY_DISABLE_CPU_FEATURES" not in os.environ


@pytest.mark.usefixtures("environment")
def test_what_the_user_has_set_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENBLAS_THREAD_TIMEOUT", "20")
    monkeypatch.setenv("NPY_DISABLE_CPU_FEATURES", "AVX512_SPR")
    spare_processor(cpuinfo(tmp_path, ZEN_4))
    assert os.environ["OPENBLAS_THREAD_TIMEOUT"] == "20"
    assert os.environ["NPY_DISABLE_CPU_FEATURES"] == "AVX512_SPR"
    monkeypatch.delenv("NPY_DISABLE_CPU_FEATURES")
    monkeypatch.setenv("NPY_ENABLE_CPU_FEATURES", "X86_V3")
    spare_processor(cpuinfo(tmp_path, ZEN_4))
    assert "NPY_DISABLE_CPU_FEATURES" not in os.environ


@pytest.mark.usefixtures("environment")
def test_numpy_takes_it_without_a_word(tmp_path: Path) -> None:
    spare_processor(cpuinfo(tmp_path, ZEN_4))
    numpy = subprocess.run([sys.executable, "-c", "import numpy"], capture_output=True, text=True, check=True)
    assert numpy.stdout + numpy.stderr == ""
