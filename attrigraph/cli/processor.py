"""What numpy's libraries must find in the environment before numpy is loaded, so that they do not waste the processor.

Whoever has set one of these variables keeps what was set.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

__all__ = ["spare_processor"]

ZEN_4 = "25"
"""AMD's family of Zen 3 and Zen 4, of which the latter alone has AVX-512."""
AVX_512 = "X86_V4 AVX512_ICL AVX512_SPR"
"""numpy's names of its variants that use AVX-512."""


def spare_processor(about: Path = Path("/proc/cpuinfo")) -> None:
    """Threads of OpenBLAS sleep at once when they have nothing to do (they spin for .05 s otherwise, from the import
    on), and on Zen 4 numpy sorts with AVX2, 4.5 times as fast: its sort with AVX-512 rests on an instruction that is
    microcoded there (numpy/x86-simd-sort issue 6; measured with numpy 2.4.6, 420,000 integers).
    """
    os.environ.setdefault("OPENBLAS_THREAD_TIMEOUT", "4")
    # numpy refuses to be loaded when both are set
    if "NPY_ENABLE_CPU_FEATURES" not in os.environ and _is_zen_4(about):
        os.environ.setdefault("NPY_DISABLE_CPU_FEATURES", AVX_512)


def _is_zen_4(about: Path) -> bool:
    with suppress(OSError):
        first = about.read_text(encoding="utf-8", errors="replace").partition("\n\n")[0]
        facts = dict(line.replace("\t", "").split(":", 1) for line in first.splitlines() if ":" in line)
        of_amd = facts.get("vendor_id", "").strip() == "AuthenticAMD" and facts.get("cpu family", "").strip() == ZEN_4
        return of_amd and "avx512f" in facts.get("flags", "").split()
    return False
