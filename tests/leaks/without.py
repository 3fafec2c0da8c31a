"""Fields for text that hold no canary, each with its reason."""

from __future__ import annotations

WORD = "one of a few words that the product knows"
NAMES = "names of fields, ids, or a shape"
FORM = "has a form of its own, which a canary would break"
SHORT = "a code that is found as it is"
EMPTY = "empty wherever there is an account, or an end"

WITHOUT = {
    **dict.fromkeys(
        (
            *("auth.group.name", "auth.permission.codename", "auth.permission.name"),
            *("contenttypes.contenttype.app_label", "contenttypes.contenttype.model"),
            *("django_tasks_database.dbtaskresult.backend_name", "django_tasks_database.dbtaskresult.queue_name"),
            *("editorial.address.kind", "editorial.address.language", "editorial.edition.kind"),
            *("editorial.edition.language", "editorial.edition.end_reason", "editorial.event.from_state"),
            *("editorial.event.to_state", "editorial.event.verb", "editorial.picture.original_format"),
            *("editorial.piece.kind", "editorial.reference.role", "editorial.rendition.format"),
            *("editorial.rendition.purpose", "editorial.revision.verb", "editorial.sharelink.revoked_why"),
            *("research.citation.locator_label", "stories.casesurface.surface", "stories.evidence.media_type"),
            "django_tasks_database.dbtaskresult.task_path",
        ),
        WORD,
    ),
    **dict.fromkeys(
        (
            *("editorial.event.fields", "editorial.picture.recipe", "editorial.picture.seen"),
            *("editorial.revision.changed", "editorial.revision.writers", "reading.collection.kinds"),
            *("stories.consentevent.scopes", "stories.withdrawalcase.scopes"),
            *("django_tasks_database.dbtaskresult.worker_ids", "django_tasks_database.dbtaskresult.return_value"),
        ),
        NAMES,
    ),
    **dict.fromkeys(
        ("research.source.issued", "research.statistic.period", "research.summary.period", "editorial.user.password"),
        FORM,
    ),
    **dict.fromkeys(("editorial.edition.public_id", "editorial.piece.public_id"), "what the public knows it by"),
    **dict.fromkeys(("editorial.comment.by_name",), EMPTY),
}
