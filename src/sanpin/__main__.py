"""``python -m sanpin``: the same as the command ``sanpin``."""

import sys

from sanpin.app.cli import main

sys.exit(main())
