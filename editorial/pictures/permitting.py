"""Who may do what with a picture at the desk: for each act every reason against it."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from editorial.blockers import Blocker
from editorial.models import Picture, User

NO_PERMISSION = _("Your role does not include this. Ask a colleague whose role it is: {role}.")
GONE = Blocker("erased", _("This picture was erased; nothing can be done with it."))


def _role(by: User, permission: str, role: str | Promise) -> list[Blocker]:
    if by.is_active and by.has_perm(permission):
        return []
    return [Blocker("no_permission", format_lazy(NO_PERMISSION, role=role))]


def to_upload(by: User) -> list[Blocker]:
    return _role(by, "editorial.add_picture", _("Contributor or Editor"))


def may_upload(by: User) -> bool:
    return not to_upload(by)


def is_theirs(picture: Picture, by: User) -> bool:
    """Whether the picture is this person's to work with: uploaded by them, or they look after all of them."""
    return picture.uploaded_by_id == by.pk or any(
        by.has_perm(permission) for permission in ("editorial.edit_any_piece", "editorial.destroy_original")
    )


def to_change(picture: Picture, by: User) -> list[Blocker]:
    """To cover places, to go through the tick list, to say whom it shows: all begins with a look at the original."""
    blockers = _role(by, "editorial.see_original", _("Contributor, Editor or Consent officer"))
    if not blockers and not is_theirs(picture, by):
        sentence = _("Only who uploaded it, editors and the consent officer work with this picture. Ask one of them.")
        blockers.append(Blocker("not_yours", sentence))
    if picture.erased_at is not None:
        blockers.append(GONE)
    return blockers


def may_change(picture: Picture, by: User) -> bool:
    return not to_change(picture, by)


def to_see_original(picture: Picture, by: User) -> list[Blocker]:
    blockers = to_change(picture, by)
    if not blockers and picture.original_destroyed_at is not None:
        blockers.append(Blocker("no_original", _("The original was destroyed. What was made from it stays.")))
    return blockers


def to_destroy_original(picture: Picture, by: User) -> list[Blocker]:
    blockers = _role(by, "editorial.destroy_original", _("Editor or Consent officer"))
    if picture.erased_at is not None:
        blockers.append(GONE)
    elif picture.original_destroyed_at is not None:
        blockers.append(Blocker("no_original", _("The original is destroyed already.")))
    return blockers
