"""The console script: what runs before anything is loaded.

A shell that completes a word wants an answer at once, so such a call never loads the commands.
"""

import os
import sys


def script() -> None:
    """Complete a word for a shell, or run the command line."""
    if sys.argv[1:2] == ["__complete"]:
        from salescli.completing import complete

        try:
            text = complete(sys.argv[2:], os.getcwd(), os.environ)
            sys.stdout.buffer.write(text.encode("utf-8", "surrogateescape"))
        except (OSError, ValueError):
            return  # nothing to offer; a shell has no place for words
        return
    from salescli.cli import script as run

    run()
