"""Wildcards as IAM has them: `*` is any text, `?` any one character, everything else is itself.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
"""

from __future__ import annotations

import re
from functools import lru_cache

SEGMENTS = 6


@lru_cache(maxsize=4096)
def _compiled(pattern: str, ignore_case: bool) -> re.Pattern[str]:
    parts = ({"*": ".*", "?": "."}.get(character) or re.escape(character) for character in pattern)
    return re.compile("".join(parts), re.DOTALL | (re.IGNORECASE if ignore_case else 0))


def like(pattern: str, text: str, ignore_case: bool = False) -> bool:
    return _compiled(pattern, ignore_case).fullmatch(text) is not None


def arn_like(pattern: str, arn: str) -> bool:
    """Segment by segment, so that no wildcard reaches over a colon; what a pattern leaves out at its end is any."""
    if pattern == "*":
        return True
    wanted, got = pattern.split(":", SEGMENTS - 1), arn.split(":", SEGMENTS - 1)
    wanted += ["*"] * (SEGMENTS - len(wanted))
    return len(got) == SEGMENTS and all(like(one, other) for one, other in zip(wanted, got))
