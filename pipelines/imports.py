"""Modules that a library imports for what is never used here: put off until they are asked for something."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any


class _Deferred(ModuleType):
    """Stands in for a module until something of it is asked for; its `callables` until they are called."""

    def __init__(self, name: str, callables: Collection[str]) -> None:
        super().__init__(name)
        self._callables = callables

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name in self._callables:
            return _called_later(self.__name__, name)
        return getattr(import_module(self.__name__), name)


def _called_later(module: str, name: str) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        return getattr(import_module(module), name)(*args, **kwargs)

    return call


@contextmanager
def deferred(*names: str, callables: Collection[str] = ()) -> Iterator[None]:
    """Let what is imported inside import these modules without loading them.

    `callables`: what is taken from them by name and only called (`from module import name`). Afterwards
    nobody sees a stand-in but who imported it, and that one loads the module when it needs it. A module that
    is loaded already stays.
    """
    put = [name for name in names if name not in sys.modules]
    sys.modules.update({name: _Deferred(name, callables) for name in put})
    try:
        yield
    finally:
        for name in put:
            del sys.modules[name]
