"""Who may do what: the table that was reviewed, compared with what stands in the database."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group

from editorial import kinds, roles
from editorial.roles import (
    ADMINISTRATOR,
    CONSENT_OFFICER,
    CONTRIBUTOR,
    EDITOR,
    PARTNERSHIPS,
    PUBLISHER,
    REVIEWER,
)
from tests.makers import make_user

pytestmark = pytest.mark.django_db

#: Each verb with the roles that may do it. Whoever changes this table widens or narrows what people can do.
VERBS = {
    "editorial.submit_piece": {CONTRIBUTOR, EDITOR, PARTNERSHIPS},
    "editorial.edit_any_piece": {EDITOR},
    "editorial.review_piece": {REVIEWER},
    "editorial.publish_piece": {PUBLISHER},
    "editorial.end_piece": {PUBLISHER, CONSENT_OFFICER},
    "editorial.lift_hold": {PUBLISHER, CONSENT_OFFICER},
    "editorial.hold_piece": set(roles.EVERY),
    "editorial.create_tag": {EDITOR},
    "editorial.merge_tag": {EDITOR},
    "editorial.set_passwords": set(),
    "editorial.add_user": {ADMINISTRATOR},
    "editorial.change_user": {ADMINISTRATOR},
}
WRITERS = {
    "stories.story": {CONTRIBUTOR, EDITOR},
    "research.summary": {CONTRIBUTOR, EDITOR},
    "research.statistic": {CONTRIBUTOR, EDITOR},
    "research.source": {CONTRIBUTOR, EDITOR},
    "reading.collection": {CONTRIBUTOR, EDITOR, PARTNERSHIPS},
    "reading.page": {CONTRIBUTOR, EDITOR},
}


def roles_with(permission: str) -> set[str]:
    app_label, _dot, codename = permission.partition(".")
    found = Group.objects.filter(permissions__content_type__app_label=app_label, permissions__codename=codename)
    return set(found.values_list("name", flat=True))


def permissions_of(role: str) -> set[str]:
    rows = Group.objects.get(name=role).permissions.values_list("content_type__app_label", "codename")
    return {f"{app_label}.{codename}" for app_label, codename in rows}


def test_every_role_stands_in_the_database() -> None:
    assert set(Group.objects.values_list("name", flat=True)) == set(roles.EVERY)


@pytest.mark.parametrize("permission", VERBS)
def test_verb_belongs_to_the_roles_of_the_table(permission: str) -> None:
    assert roles_with(permission) == VERBS[permission]


@pytest.mark.parametrize("kind", WRITERS)
def test_kind_is_written_by_the_roles_of_the_table(kind: str) -> None:
    app_label, _dot, model = kind.partition(".")

    for action in ("add", "change"):
        assert roles_with(f"{app_label}.{action}_{model}") == WRITERS[kind]


def test_table_names_every_kind() -> None:
    labels = {kind.model._meta.label_lower for kind in kinds.every()}

    assert labels == WRITERS.keys()


@pytest.mark.parametrize("model", ["narrator", "consent", "grant", "storynarrator"])
def test_nobody_but_the_consent_officer_sees_who_narrators_are(model: str) -> None:
    for action in ("view", "add", "change", "delete"):
        assert roles_with(f"stories.{action}_{model}") <= {CONSENT_OFFICER}


def test_consent_officer_sees_narrators() -> None:
    assert roles_with("stories.view_narrator") == {CONSENT_OFFICER}
    assert make_user(CONSENT_OFFICER).has_perm("stories.view_narrator")
    assert not make_user(ADMINISTRATOR).has_perm("stories.view_narrator")


@pytest.mark.parametrize("role", roles.EVERY)
def test_no_role_deletes_what_is_kept_for_ever(role: str) -> None:
    kept = {kind.model._meta for kind in kinds.every()}
    deletes = {f"{opts.app_label}.delete_{opts.model_name}" for opts in kept}
    records = {
        f"editorial.{action}_{model}" for action in ("add", "change", "delete") for model in ("event", "edition")
    }

    assert not permissions_of(role) & (deletes | records | {"editorial.delete_user", "stories.delete_consent"})


@pytest.mark.parametrize("role", roles.EVERY)
def test_no_role_may_write_and_approve(role: str) -> None:
    permissions = permissions_of(role)

    assert not {"editorial.submit_piece", "editorial.review_piece"} <= permissions
    assert not {"editorial.submit_piece", "editorial.publish_piece"} <= permissions


@pytest.mark.parametrize("role", roles.EVERY)
def test_no_role_hands_out_permissions(role: str) -> None:
    granted = {one for one in permissions_of(role) if one.startswith("auth.")}

    assert granted <= {"auth.view_group"}


def test_permission_that_was_given_by_hand_is_taken_back() -> None:
    group = Group.objects.get(name=CONTRIBUTOR)
    before = permissions_of(CONTRIBUTOR)
    group.permissions.add(Group.objects.get(name=PUBLISHER).permissions.get(codename="publish_piece"))

    roles.make()

    assert permissions_of(CONTRIBUTOR) == before


def test_unknown_permission_stops_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(roles._grants, EDITOR, {"editorial.fly"})

    with pytest.raises(LookupError, match=r"The role Editor names unknown permissions: editorial\.fly\. Mend"):
        roles.make()
