"""One file for each behaviour of AWS that kops relies on and moto lacks or has differently.

Each module's docstring says what AWS does, what moto does instead and why kops needs it; its `apply()` patches moto.
"""

import importlib
import pkgutil


def apply_all() -> list[str]:
    """Applies every gap in this package, in the order of their names, and returns the names."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    for name in names:
        importlib.import_module(f"{__name__}.{name}").apply()
    return names
