"""`python -P -m salescli`: the same as the console script."""

import os
import sys

# Without -P Python puts the current directory first, so that a store could bring a module of ours.
if sys.path and sys.path[0] in ("", ".", os.getcwd()):
    del sys.path[0]

from salescli.entry import script

script()
