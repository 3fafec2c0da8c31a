"""Roles: Django groups with their permissions, made after every migrate from the table below."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission

CONTRIBUTOR = "Contributor"
EDITOR = "Editor"
REVIEWER = "Reviewer"
PUBLISHER = "Publisher"
CONSENT_OFFICER = "Consent officer"
PARTNERSHIPS = "Partnerships"
ADMINISTRATOR = "Administrator"
EVERY = (CONTRIBUTOR, EDITOR, REVIEWER, PUBLISHER, CONSENT_OFFICER, PARTNERSHIPS, ADMINISTRATOR)

_grants: dict[str, set[str]] = {
    CONTRIBUTOR: {"editorial.submit_piece", "editorial.share_draft", "editorial.hold_piece", "editorial.view_tag"},
    EDITOR: {
        "editorial.submit_piece",
        "editorial.share_draft",
        "editorial.edit_any_piece",
        "editorial.hold_piece",
        "editorial.view_tag",
        "editorial.add_tag",
        "editorial.change_tag",
        "editorial.create_tag",
        "editorial.merge_tag",
        "editorial.add_label",
        "editorial.change_label",
        "editorial.delete_label",
        "editorial.view_label",
        "editorial.view_tagalias",
        "editorial.add_tagalias",
        "editorial.change_tagalias",
        "editorial.delete_tagalias",
        "editorial.view_event",
    },
    REVIEWER: {"editorial.review_piece", "editorial.hold_piece", "editorial.view_tag"},
    PUBLISHER: {
        "editorial.publish_piece",
        "editorial.publish_urgently",
        "editorial.end_piece",
        "editorial.withdraw_piece",
        "editorial.erase_piece",
        "editorial.hold_piece",
        "editorial.lift_hold",
        "editorial.view_tag",
        "editorial.view_event",
        "editorial.view_erasure",
    },
    CONSENT_OFFICER: {
        "editorial.allow_sharing",
        "editorial.record_narrators_yes",
        "editorial.end_piece",
        "editorial.withdraw_piece",
        "editorial.erase_piece",
        "editorial.hold_piece",
        "editorial.lift_hold",
        "editorial.view_event",
        "editorial.view_erasure",
    },
    PARTNERSHIPS: {"editorial.hold_piece", "editorial.view_tag"},
    ADMINISTRATOR: {
        "editorial.hold_piece",
        "editorial.view_user",
        "editorial.add_user",
        "editorial.change_user",
        "editorial.view_event",
        "editorial.view_erasure",
        "editorial.change_erasure",
        "auth.view_group",
    },
}

#: Pictures: whoever writes pieces uploads and covers what is theirs; editors and the consent officer any of them.
_DRAWING = {"editorial.view_picture", "editorial.change_picture", "editorial.see_original"}
for _role in (CONTRIBUTOR, EDITOR, PARTNERSHIPS):
    _grants[_role] |= {*_DRAWING, "editorial.add_picture"}
_grants[CONSENT_OFFICER] |= _DRAWING
for _role in (EDITOR, CONSENT_OFFICER):
    _grants[_role].add("editorial.destroy_original")
for _role in (REVIEWER, PUBLISHER):
    _grants[_role].add("editorial.view_picture")


def grant(role: str, *permissions: str) -> None:
    """Add permissions ("app.codename") to a role; called in ready() by the app that the permissions belong to."""
    _grants[role].update(permissions)


def grant_kind(app_label: str, model_name: str) -> None:
    """What every role may do with the pieces of one kind; the verbs have permissions of their own."""
    for role in (CONTRIBUTOR, EDITOR):
        grant(role, *(f"{app_label}.{action}_{model_name}" for action in ("add", "change", "view")))
    for role in (REVIEWER, PUBLISHER, CONSENT_OFFICER, PARTNERSHIPS):
        grant(role, f"{app_label}.view_{model_name}")


def make() -> None:
    """Make every group have just the permissions of the table. Raises LookupError for a name that is none."""
    known = {
        f"{app_label}.{codename}": pk
        for pk, app_label, codename in Permission.objects.values_list("pk", "content_type__app_label", "codename")
    }
    for role, permissions in _grants.items():
        if unknown := permissions - known.keys():
            msg = f"The role {role} names unknown permissions: {', '.join(sorted(unknown))}. Mend editorial/roles.py."
            raise LookupError(msg)
        group, _made = Group.objects.get_or_create(name=role)
        group.permissions.set([known[permission] for permission in permissions])
