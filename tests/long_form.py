"""Whether tests that have a long form take it: `make limits`."""

import os

LONG = os.environ.get("LIMITS") == "long"
