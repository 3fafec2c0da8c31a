"""Small makers of database constraints that several tables share."""

from __future__ import annotations

from django.db.models import CheckConstraint, Q


def together(name: str, *fields: str) -> CheckConstraint:
    """All of the nullable fields are set, or none of them."""
    return CheckConstraint(
        name=name,
        condition=Q(**{f"{field}__isnull": True for field in fields})
        | Q(**{f"{field}__isnull": False for field in fields}),
    )


def one_of(name: str, field: str, values: list[str]) -> CheckConstraint:
    """The field holds one of the listed values: a free string is never a status."""
    return CheckConstraint(name=name, condition=Q(**{f"{field}__in": values}))
