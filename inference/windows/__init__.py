"""Time windows of accounts: found in the observations, weighed like a run, and read back."""

from attrigraph.inference.windows.find import find_windows
from attrigraph.inference.windows.infer import infer_windows
from attrigraph.inference.windows.read import assessments_now, window_assessments

__all__ = ["assessments_now", "find_windows", "infer_windows", "window_assessments"]
