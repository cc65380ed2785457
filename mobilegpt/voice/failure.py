"""Why words could not be spoken."""

from __future__ import annotations


class SpeechFailure(Exception):
    """``why`` is a stable word for logs; ``again``: the same may work later, after ``pause`` seconds at least."""

    def __init__(self, why: str, *, again: bool, pause: float = 0.5) -> None:
        super().__init__(why)
        self.why = why
        self.again = again
        self.pause = pause
