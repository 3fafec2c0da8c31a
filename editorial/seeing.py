"""Who sees a piece at the desk: they may comment on it, be mentioned on it and be told of it."""

from __future__ import annotations

from django.db.models import QuerySet

from editorial import kinds
from editorial.models import Piece, User


def _permissions(piece: Piece) -> tuple[str, str]:
    opts = kinds.named(piece.kind).model._meta
    return f"{opts.app_label}.view_{opts.model_name}", f"{opts.app_label}.change_{opts.model_name}"


def may_see(piece: Piece, by: User) -> bool:
    """Whether this person finds the piece at the desk; the same question that the admin asks."""
    return by.is_active and by.is_staff and any(by.has_perm(permission) for permission in _permissions(piece))


def may_change_kind(piece: Piece, by: User) -> bool:
    """Whether the person's role includes changing pieces of this kind; whether this one is guards.may_edit()."""
    return by.is_active and by.has_perm(_permissions(piece)[1])


def who_see(piece: Piece) -> QuerySet[User]:
    """All the active staff who find the piece at the desk."""
    view, change = (User.objects.with_perm(permission) for permission in _permissions(piece))
    return (view | change).filter(is_staff=True)


def kinds_seen_by(by: User) -> list[str]:
    """The kinds of which this person finds pieces at the desk."""
    return [
        kind.name
        for kind in kinds.every()
        if by.has_perm(f"{kind.model._meta.app_label}.view_{kind.model._meta.model_name}")
    ]


def holders(permission: str) -> QuerySet[User]:
    """The active staff whose role includes a permission; not superusers, whose role it is not."""
    return User.objects.with_perm(permission, include_superusers=False).filter(is_staff=True)
