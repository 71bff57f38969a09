"""Reads `[{"policies": [...], "boundary": ..., "action": ..., "resource": ..., "context": {...}}]`, writes the refusals."""

import json
import sys

sys.path.insert(0, sys.argv[1])

from authorization.access import Access
from authorization.policy import refusal, statements

answers = []
for case in json.load(sys.stdin):
    context = {key: tuple(value if isinstance(value, list) else [value]) for key, value in case.get("context", {}).items()}
    try:
        boundary = statements(case["boundary"]) if "boundary" in case else None
        policies = [statements(document) for document in case["policies"]]
        answers.append(refusal(policies, Access(case["action"], case["resource"], context), boundary))
    except ValueError as error:
        answers.append(f"error: {error}")
json.dump(answers, sys.stdout)
