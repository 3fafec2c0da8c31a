"""Breaks one line of the product for a while: in the functions that are alive, whoever holds them, and in templates."""

from __future__ import annotations

import gc
import importlib
import types
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template import engines
from django.template.loaders.filesystem import Loader


class NoSuchLine(Exception):  # noqa: N818  (it says what to mend in the table of breakages)
    """The line that was to be broken is not there any more: the guard moved, and its breakage has to follow."""


@contextmanager
def line(module_name: str, old: str, new: str) -> Iterator[None]:
    """The module as if its source said something else in one place. Functions only; see `value` for constants.

    Every function that is alive gets its new code, also those that decorators and registries hold.
    """
    module = importlib.import_module(module_name)
    path = Path(str(module.__file__))
    source = path.read_text()
    if source.count(old) != 1:
        msg = f"{path.name} holds {source.count(old)} times: {old!r}"
        raise NoSuchLine(msg)
    before, after = (_codes(compile(text, str(path), "exec")) for text in (source, source.replace(old, new)))
    changed = {name: code for name, code in after.items() if name in before and before[name] != code}
    if not changed:
        msg = f"{path.name} holds it outside of functions: {old!r}"
        raise NoSuchLine(msg)
    swapped = [(one, one.__code__) for one in _alive(str(path), changed)]
    if not swapped:
        msg = f"No function that is alive came from the line {old!r} of {path.name}."
        raise NoSuchLine(msg)
    try:
        for one, _code in swapped:
            one.__code__ = changed[one.__code__.co_qualname]
        yield
    finally:
        for one, code in swapped:
            one.__code__ = code


def _codes(code: types.CodeType) -> dict[str, types.CodeType]:
    found = {}
    for one in code.co_consts:
        if isinstance(one, types.CodeType):
            found[one.co_qualname] = one
            found |= _codes(one)
    return found


def _alive(path: str, changed: dict[str, types.CodeType]) -> list[types.FunctionType]:
    return [
        one
        for one in gc.get_objects()
        if isinstance(one, types.FunctionType)
        and one.__code__.co_filename == path
        and one.__code__.co_qualname in changed
        and len(one.__code__.co_freevars) == len(changed[one.__code__.co_qualname].co_freevars)
    ]


@contextmanager
def value(place: str, new: Any) -> Iterator[None]:
    """A constant or an attribute, "module:NAME" or "module:Class.name", as if it were something else."""
    module_name, _colon, dotted = place.partition(":")
    holder: Any = importlib.import_module(module_name)
    *parts, name = dotted.split(".")
    for part in parts:
        holder = getattr(holder, part)
    was_own = name in vars(holder)
    old = getattr(holder, name)
    setattr(holder, name, new)
    try:
        yield
    finally:
        if was_own:
            setattr(holder, name, old)
        else:
            delattr(holder, name)


@contextmanager
def template(name: str, old: str, new: str) -> Iterator[None]:
    """A template as if it said something else in one place."""
    if old not in (Path(settings.BASE_DIR) / "templates" / name).read_text():
        msg = f"The template {name} does not hold {old!r}."
        raise NoSuchLine(msg)
    read = Loader.get_contents

    def broken(self: Any, origin: Any) -> str:
        text: str = read(self, origin)
        return text.replace(old, new, 1) if origin.template_name == name else text

    Loader.get_contents = broken  # type: ignore[method-assign]  # for this while
    _forget_templates()
    try:
        yield
    finally:
        Loader.get_contents = read  # type: ignore[method-assign]
        _forget_templates()


def _forget_templates() -> None:
    engine: Any = engines["django"]
    for loader in engine.engine.template_loaders:
        if hasattr(loader, "reset"):
            loader.reset()
