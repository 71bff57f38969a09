"""Whether identity-based policies, and a permissions boundary, allow an access.

The order is IAM's own: an explicit deny wins; else something must allow it; a boundary must allow it as well.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from . import conditions
from .access import Access
from .conditions import as_list
from .patterns import arn_like, like

KNOWN = {"Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"}


def statements(document: Any) -> list[dict[str, Any]]:
    """The statements of a policy. Raises ValueError for one that this evaluator would not enforce as AWS does."""
    found = document.get("Statement") if isinstance(document, dict) else None
    listed = found if isinstance(found, list) else [found]
    for statement in listed:
        if not isinstance(statement, dict) or statement.get("Effect") not in ("Allow", "Deny"):
            raise ValueError("a policy needs statements with an effect")
        if unknown := set(statement) - KNOWN:
            raise ValueError(f"unknown in a statement of an identity-based policy: {', '.join(sorted(unknown))}")
        for one, other in (("Action", "NotAction"), ("Resource", "NotResource")):
            if (one in statement) == (other in statement):
                raise ValueError(f"a statement needs either {one} or {other}")
        if any("${" in text for text in _texts(statement)):
            raise ValueError("policy variables and placeholders are not known here")
        conditions.check(statement.get("Condition", {}))
    return listed


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def applies(statement: dict[str, Any], access: Access) -> bool:
    if "Action" in statement:
        action = any(like(pattern, access.action, ignore_case=True) for pattern in as_list(statement["Action"]))
    else:
        action = not any(like(pattern, access.action, ignore_case=True) for pattern in as_list(statement["NotAction"]))
    if "Resource" in statement:
        resource = any(arn_like(pattern, access.resource) for pattern in as_list(statement["Resource"]))
    else:
        resource = not any(arn_like(pattern, access.resource) for pattern in as_list(statement["NotResource"]))
    return action and resource and conditions.hold(statement.get("Condition", {}), access.context)


def refusal(policies: list[list[dict[str, Any]]], access: Access, boundary: list[dict[str, Any]] | None = None) -> str | None:
    """Why the access is refused, in AWS's words; None when it is allowed. Each policy is a list of statements."""
    matching = [statement["Effect"] for policy in policies for statement in policy if applies(statement, access)]
    bounds = [statement["Effect"] for statement in boundary or [] if applies(statement, access)]
    if "Deny" in matching:
        return "with an explicit deny in an identity-based policy"
    if "Deny" in bounds:
        return "with an explicit deny in a permissions boundary"
    if "Allow" not in matching:
        return f"because no identity-based policy allows the {access.action} action"
    if boundary is not None and "Allow" not in bounds:
        return f"because no permissions boundary allows the {access.action} action"
    return None
