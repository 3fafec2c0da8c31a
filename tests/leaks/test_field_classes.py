"""Every field has a class, and every class a field."""

from __future__ import annotations

from editorial import field_classes


def test_every_field_has_a_class() -> None:
    missing = field_classes.fields_there() - field_classes.classes().keys()

    assert not missing, "Class these in the field_classes.py of their app (docs/leaks.md says how)"


def test_every_class_has_a_field() -> None:
    assert field_classes.classes().keys() - field_classes.fields_there() == set()


def test_what_is_never_shown_is_secret() -> None:
    classes = field_classes.classes()

    assert {key for key in field_classes.never_shown() if classes.get(key) != field_classes.SECRET} == set()
