"""The command line. `main` is the entry point: it turns every error into one sentence and an exit status.

0 done, 1 refused or failed with a sentence that says what to do, 2 usage.
"""

from __future__ import annotations

import errno
import os
import sys

from attrigraph.cli.processor import spare_processor

__all__ = ["main"]

SENTENCES = {
    errno.ENOSPC: "The disk is full: free some room and run the same command again; finished steps are kept.",
    errno.EACCES: "Permission denied: check who owns the file or folder.",
    errno.EROFS: "The file system is read-only: choose a case folder that can be written.",
    errno.EDQUOT: "The disk quota is used up: free some room and run the same command again.",
}


def main() -> None:
    """Run the command line and exit."""
    spare_processor()
    from attrigraph.cli.app import app
    from attrigraph.errors import AttrigraphError

    try:
        app()
    except AttrigraphError as error:
        _fail(str(error))
    except KeyboardInterrupt:
        print("\nStopped. Run the same command again to finish.", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        if os.environ.get("ATTRIGRAPH_DEBUG"):
            raise
        what = SENTENCES.get(error.errno or 0, error.strerror or str(error))
        _fail(f"{error.filename or 'The system'}: {what}")
    except Exception as error:
        if os.environ.get("ATTRIGRAPH_DEBUG"):
            raise
        _fail(
            f"Something unexpected happened ({type(error).__name__}: {str(error)[:300]}). "
            "Set ATTRIGRAPH_DEBUG=1 and run the command again to see where; nothing that was finished is lost."
        )


def _fail(sentence: str) -> None:
    print(f"attrigraph: {sentence}", file=sys.stderr)
    sys.exit(1)
