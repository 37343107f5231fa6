"""Every error a user can meet, as one tree.

Each message says what happened, names the offending value and says what to do.

AttrigraphError
├── InputError           a file or value of the user cannot be read
│   ├── UnrecognisedFile no loader knows what a file is
│   └── UnreadableFile   a file that claims a format it does not have
├── CaseError            the case folder is missing, damaged or of another version
│   └── CaseDamaged      custody, observations and graph do not agree
├── EngineError          the graph engine cannot be started or reached
│   ├── EngineUnavailable
│   ├── EngineTooOld
│   └── WrongPassword
├── WriteError           the graph did not take what was sent
├── QueryError           a saved or typed query cannot be run
│   ├── QueryRefused     it is not read-only
│   ├── QueryTimeout     it ran longer than allowed
│   ├── BadParameter     a parameter is missing, unknown or of the wrong type
│   └── BadDefinition    the header of a query file is wrong
├── MissingExtra         an optional package is not installed
├── NotAssessed          something was asked of a case that was not inferred yet
├── TooLarge             a figure or table would exceed its limit
└── BriefRefused         a brief breaks a lint rule
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic import ValidationError

__all__ = [
    "AttrigraphError",
    "BadDefinition",
    "BadParameter",
    "BriefRefused",
    "CaseDamaged",
    "CaseError",
    "EngineError",
    "EngineTooOld",
    "EngineUnavailable",
    "InputError",
    "MissingExtra",
    "NotAssessed",
    "QueryError",
    "QueryRefused",
    "QueryTimeout",
    "TooLarge",
    "UnreadableFile",
    "UnrecognisedFile",
    "WriteError",
    "WrongPassword",
    "first_wrong",
]


def first_wrong(error: ValidationError) -> tuple[str, Any, str]:
    """Where the first wrong value of a validated record is (a.b.0), the value, and what is wrong with it."""
    first = error.errors()[0]
    return ".".join(str(part) for part in first["loc"]), first.get("input"), first["msg"]


class AttrigraphError(Exception):
    """Root of the tree. `str(error)` is one or two sentences fit to show to a user."""


class InputError(AttrigraphError):
    """A file or value the user gave cannot be used."""


class UnrecognisedFile(InputError):
    """No loader recognises the file; the message lists what was looked for."""


class UnreadableFile(InputError):
    """The file is damaged, empty or not of the format it claims."""


class CaseError(AttrigraphError):
    """The case folder is missing, not a case, or of another version."""


class CaseDamaged(CaseError):
    """Custody, observations and graph do not agree; `attrigraph verify` lists where."""


class EngineError(AttrigraphError):
    """The graph engine cannot be used."""


class EngineUnavailable(EngineError):
    """The engine did not start or cannot be reached."""


class EngineTooOld(EngineError):
    """The server speaks, but is older than Neo4j 5.26."""


class WrongPassword(EngineError):
    """The server refused user name or password."""


class WriteError(AttrigraphError):
    """The graph did not take what was sent: counts differ or a key is doubled."""


class QueryError(AttrigraphError):
    """A saved or typed query cannot be run."""


class QueryRefused(QueryError):
    """The statement is not read-only."""


class QueryTimeout(QueryError):
    """The statement ran longer than allowed and was ended."""


class BadParameter(QueryError):
    """A parameter is missing, unknown, or does not fit its declared type."""


class BadDefinition(QueryError):
    """A query file has no valid header, or its columns differ from the declared ones."""


class MissingExtra(AttrigraphError):
    """An optional package is needed; the message names the extra to install."""

    def __init__(self, extra: str, purpose: str) -> None:
        self.extra = extra
        super().__init__(
            f"{purpose} needs packages that are not installed. "
            f"Install them with: python -m pip install 'attrigraph[{extra}]'"
        )


class NotAssessed(AttrigraphError):
    """There is no complete run to read from; run `attrigraph infer` first."""


class TooLarge(AttrigraphError):
    """A figure or table would exceed a limit; the message names the parameter that changes it."""


class BriefRefused(AttrigraphError):
    """A brief breaks lint rules; the message lists them."""
