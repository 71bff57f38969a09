"""The Condition element of a policy.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .patterns import arn_like, like

Values = tuple[str, ...]
Context = Mapping[str, Values]


def _folded(one: str, other: str) -> bool:
    return one.lower() == other.lower()


# Each takes the policy's value and the request's.
POSITIVE: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": str.__eq__,
    "StringEqualsIgnoreCase": _folded,
    "StringLike": like,
    "ArnEquals": arn_like,
    "ArnLike": arn_like,
    "Bool": _folded,
}
NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
}


def _parts(name: str) -> tuple[str, str, bool]:
    """Quantifier (`ForAllValues`, `ForAnyValue` or nothing), operator, and whether it says IfExists."""
    quantifier, _, operator = name.rpartition(":")
    if_exists = operator.endswith("IfExists")
    return quantifier, operator.removesuffix("IfExists"), if_exists


def check(conditions: Any) -> None:
    """Raises ValueError for what this evaluator does not know, so that nothing is silently not enforced."""
    for name in conditions:
        quantifier, operator, _ = _parts(name)
        if operator not in POSITIVE and operator not in NEGATED and operator != "Null":
            raise ValueError(f"unknown condition operator {name}")
        if quantifier not in ("", "ForAllValues", "ForAnyValue"):
            raise ValueError(f"unknown condition operator {name}")


def hold(conditions: Mapping[str, Mapping[str, Any]], context: Context) -> bool:
    """All operators and all keys must hold; of several values one is enough. Names of keys have no case."""
    known = {key.lower(): values for key, values in context.items()}
    return all(
        _holds(name, as_list(wanted), known.get(key.lower(), ()))
        for name, keys in conditions.items()
        for key, wanted in keys.items()
    )


def as_list(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [str(item).lower() if isinstance(item, bool) else str(item) for item in values]


def _holds(name: str, wanted: list[str], got: Values) -> bool:
    quantifier, operator, if_exists = _parts(name)
    if operator == "Null":
        return any(_folded(value, "false" if got else "true") for value in wanted)
    if not got:
        # A key that the request lacks is unequal to everything.
        return if_exists or quantifier == "ForAllValues" or (operator in NEGATED and quantifier == "")
    matches = POSITIVE[NEGATED.get(operator, operator)]

    def one(value: str) -> bool:
        return any(matches(pattern, value) for pattern in wanted) is (operator not in NEGATED)

    return all(map(one, got)) if quantifier == "ForAllValues" or operator in NEGATED else any(map(one, got))
