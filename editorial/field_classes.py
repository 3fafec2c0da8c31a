"""Who may ever see what stands in a field: the one registry for every field of every model, of packages too.

Each app of ours has a module `field_classes` with a TABLE like the one below; nothing has to register it. A test fails
for a field without a class, and for a class without a field (tests/leaks/test_field_classes.py). What the classes
promise is proven by `make leaks` (docs/leaks.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps


class FieldClass(StrEnum):
    """PUBLIC: readers may see it once it is published. INTERNAL: the staff. SECRET: the consent role, or nobody."""

    PUBLIC = "public"
    INTERNAL = "internal"
    SECRET = "secret"  # noqa: S105  (a class, not a password)


PUBLIC, INTERNAL, SECRET = FieldClass

#: The name of a model ("app_label.model") to each class and its fields, separated by blanks.
Table = dict[str, dict[FieldClass, str]]

TABLE: Table = {
    "editorial.address": {PUBLIC: "kind language slug", INTERNAL: "id piece since"},
    "editorial.approval": {INTERNAL: "id piece kind decision digest note by at"},
    "editorial.autosave": {INTERNAL: "id piece kind user fields saved_at"},
    "editorial.presence": {INTERNAL: "id piece user seen_at is_writing"},
    "editorial.clearance": {
        INTERNAL: "id piece channel allowed_from allowed_until held from_edition shown_since",
    },
    "editorial.comment": {
        INTERNAL: "id piece field quote body reply_to by by_name link at resolved_by resolved_at",
    },
    "editorial.notice": {INTERNAL: "id user piece what actor at mailed_at"},
    "editorial.tag": {PUBLIC: "name slug facet", INTERNAL: "id key description parent canonical"},
    "editorial.tagalias": {PUBLIC: "slug", INTERNAL: "id tag name key"},
    "editorial.tagchange": {INTERNAL: "id kind tag into before after by at undone_by undone_at"},
    "editorial.label": {PUBLIC: "language text", INTERNAL: "id tag"},
    "editorial.edition": {
        PUBLIC: "number kind language slug title standfirst public_id is_citable content publish_at",
        INTERNAL: "id piece original_id schema_version digest approved_digest approval revision is_urgent "
        "urgent_reason confirmed_by confirmed_at is_filed shows_name is_sealed superseded_at expires_at ended_at "
        "ends_at published_by made_at ended_by end_reason erased_at",
    },
    "editorial.editiontag": {PUBLIC: "tag", INTERNAL: "id content_object"},
    "editorial.erasure": {INTERNAL: "id piece asked_by asked_at agreed_by agreed_at files_gone_at storage_cleaned_at"},
    "editorial.ledgerline": {INTERNAL: "number seal carried_out_at"},
    "editorial.event": {
        INTERNAL: "number at actor_id actor verb subject piece_number edition_number from_state to_state fields digest "
        "reason seal",
    },
    "editorial.findable": {INTERNAL: "piece title text"},
    "editorial.hold": {INTERNAL: "id piece reason set_by set_at lift_asked_by lift_asked_at lifted_by lifted_at"},
    "editorial.reference": {PUBLIC: "role", INTERNAL: "id host edition target mode pinned"},
    "editorial.piece": {
        PUBLIC: "public_id kind language title slug standfirst",
        INTERNAL: "id translation_of translated_from state digest approved_digest approval base_edition lock_version "
        "submitted_by submitted_at created_by created_at changed_at erased_at is_sensitive one_reviewer_asked_by "
        "reviewer review_due assignment_note look_again_on",
        SECRET: "digest_key",
    },
    "editorial.piecetag": {PUBLIC: "tag", INTERNAL: "id content_object"},
    "editorial.piecewriter": {INTERNAL: "id piece user"},
    "editorial.picture": {
        PUBLIC: "credit width height",
        INTERNAL: "id code label original_format original_bytes recipe recipe_digest seen seen_by seen_at uploaded_by "
        "uploaded_at lock_version original_destroyed_at erased_at",
        SECRET: "original_name original_sha256",
    },
    "editorial.picturesubject": {INTERNAL: "id picture piece"},
    "editorial.piecepicture": {PUBLIC: "alt is_decorative caption", INTERNAL: "id piece picture position is_lead"},
    "editorial.editionpicture": {INTERNAL: "id edition picture recipe_digest shows_narrator"},
    "editorial.rendition": {
        PUBLIC: "purpose format width height name",
        INTERNAL: "id picture recipe_digest size made_at removed_at deleted_at",
    },
    "editorial.revision": {
        INTERNAL: "id piece number made_by made_at verb digest content schema_version changed writers erased_at",
    },
    "editorial.sharelink": {
        INTERNAL: "id piece key for_whom may_comment needs_leave made_by made_at expires_at leave_by leave_at "
        "leave_digest revoked_by revoked_at revoked_why",
    },
    "editorial.sitestate": {INTERNAL: "id generation last_event last_seal"},
    "editorial.user": {
        INTERNAL: "id last_login is_superuser username first_name last_name email is_staff is_active date_joined "
        "language time_zone wants_mail",
        SECRET: "password",
    },
    "editorial.user_groups": {INTERNAL: "id user group"},
    "editorial.user_user_permissions": {INTERNAL: "id user permission"},
    # Of packages. What a session, a task or the admin's own log holds is shown nowhere.
    "admin.logentry": {
        INTERNAL: "id action_time user content_type object_id action_flag",
        SECRET: "object_repr change_message",
    },
    "auth.group": {INTERNAL: "id name"},
    "auth.group_permissions": {INTERNAL: "id group permission"},
    "auth.permission": {INTERNAL: "id name content_type codename"},
    "contenttypes.contenttype": {INTERNAL: "id app_label model"},
    "django_tasks_database.dbtaskresult": {
        INTERNAL: "id status enqueued_at started_at finished_at priority task_path worker_ids queue_name backend_name "
        "run_after",
        SECRET: "args_kwargs return_value exception_class_path traceback",
    },
    "sessions.session": {SECRET: "session_key session_data expire_date"},
    "taggit.tag": {INTERNAL: "id name slug"},
    "taggit.taggeditem": {INTERNAL: "id tag content_type object_id"},
}

#: Secrets that no page shows to anybody, the consent role included.
NEVER_SHOWN = {
    *("editorial.piece.digest_key", "editorial.user.password"),
    *("editorial.picture.original_name", "editorial.picture.original_sha256"),
    *("admin.logentry.object_repr", "admin.logentry.change_message"),
    *("sessions.session.session_key", "sessions.session.session_data"),
    *(
        f"django_tasks_database.dbtaskresult.{name}"
        for name in ("args_kwargs", "return_value", "exception_class_path", "traceback")
    ),
}


def tables() -> Iterator[tuple[Table, set[str]]]:
    """The table of each app, and which of its secrets nobody ever sees."""
    for app in apps.get_app_configs():
        if find_spec(f"{app.name}.field_classes") is not None:
            module = import_module(f"{app.name}.field_classes")
            yield module.TABLE, getattr(module, "NEVER_SHOWN", set())


@cache
def classes() -> dict[str, FieldClass]:
    """Every classed field as "app_label.model.field". Raises ValueError for a field that is classed twice."""
    found: dict[str, FieldClass] = {}
    for table, _never in tables():
        for model, by_class in table.items():
            for field_class, names in by_class.items():
                for name in names.split():
                    key = f"{model}.{name}"
                    if key in found:
                        msg = f"{key} is classed twice. Keep the stricter one."
                        raise ValueError(msg)
                    found[key] = field_class
    return found


@cache
def never_shown() -> frozenset[str]:
    """Secrets that no page shows to anybody."""
    return frozenset().union(*(never for _table, never in tables()))


def fields_there() -> set[str]:
    """Every field of every model that has a column, in the spelling of `classes`."""
    return {
        f"{model._meta.label_lower}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_concrete_fields
    }
