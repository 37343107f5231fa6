"""Time windows of accounts: found in the observations, weighed like a run, and read back."""

from attrigraph.inference.windows.find import find_windows
from attrigraph.inference.windows.infer import infer_windows

__all__ = ["find_windows", "infer_windows"]
