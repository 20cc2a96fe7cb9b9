"""A token bucket: https://en.wikipedia.org/wiki/Token_bucket"""

import time
from collections.abc import Callable


class Bucket:
    """Tokens that drip in at a pace, up to `size`; each message takes one."""

    def __init__(self, size: int, pace: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.size, self.pace, self.clock = size, pace, clock
        self.tokens, self.seen = float(size), clock()

    def take(self) -> float:
        """Take a token, on credit if there is none. Return the seconds until it would have been there."""
        now = self.clock()
        self.tokens = min(self.size, self.tokens + (now - self.seen) * self.pace) - 1
        self.seen = now
        return max(0.0, -self.tokens / self.pace)
