"""The list of the pieces of a kind: what state each is in, who changed it when, and what comes next."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import (
    Case,
    CharField,
    Count,
    DateTimeField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    StringAgg,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat, NullIf, Trim
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from editorial import autosaving
from editorial.admin.importing import import_url
from editorial.blockers import read_along
from editorial.models import (
    Address,
    Autosave,
    Channel,
    Comment,
    Edition,
    Hold,
    Piece,
    PiecePicture,
    PieceTag,
    PieceWriter,
    Revision,
    State,
    User,
)

#: How the list may be narrowed beside state and language.
WHAT = (
    ("live", gettext_lazy("Readers see it")),
    ("hidden", gettext_lazy("Readers do not see it")),
    ("scheduled", gettext_lazy("Scheduled")),
    ("held", gettext_lazy("Held back")),
    ("sensitive", gettext_lazy("Needs two reviewers")),
    ("mine", gettext_lazy("Begun by me")),
)


def full_name(prefix: str) -> Coalesce:
    """First and last name of a person, or the log-in name, in the database."""
    both = Concat(F(f"{prefix}__first_name"), Value(" "), F(f"{prefix}__last_name"))
    return Coalesce(NullIf(Trim(both), Value("")), F(f"{prefix}__username"), output_field=CharField())


def with_standing(pieces: QuerySet[Any]) -> QuerySet[Any]:
    """Each row with what the list says of it, in the one query: is_seen, is_held, appears_at, changed_by."""
    now = timezone.now()
    seen = Edition.objects.public(Channel.WEBSITE, now).filter(piece_id=OuterRef("pk")).order_by()
    waiting = Edition.objects.filter(piece_id=OuterRef("pk"), publish_at__gt=now, ends_at__gt=F("publish_at"))
    newest = Revision.objects.filter(piece_id=OuterRef("pk")).order_by("-number")
    found: QuerySet[Any] = pieces.annotate(
        is_seen=Exists(seen),
        is_held=Exists(Hold.objects.filter(piece_id=OuterRef("pk"), lifted_at__isnull=True)),
        appears_at=Subquery(waiting.order_by("publish_at").values("publish_at")[:1], output_field=DateTimeField()),
        changed_by=Subquery(newest.annotate(who=full_name("made_by")).values("who")[:1], output_field=CharField()),
        reviewer_name=full_name("reviewer"),
        is_unchanged=Case(
            When(Q(state=State.DRAFT, base_edition__isnull=False, base_edition__digest=F("digest")), then=Value(True)),
            default=Value(False),
        ),
    )
    return found


def with_what_the_form_asks(pieces: QuerySet[Any], by: User) -> QuerySet[Any]:
    """What the page of one piece would otherwise ask in queries of their own."""
    same = Address.objects.filter(kind=OuterRef("kind"), language=OuterRef("language"), slug=OuterRef("slug"))
    comments = Comment.objects.filter(piece_id=OuterRef("pk")).order_by().values("piece_id").annotate(all=Count("pk"))
    slot = autosaving.fresh(Autosave.objects.filter(piece_id=OuterRef("pk"), user=by))
    found: QuerySet[Any] = pieces.annotate(
        is_slug_taken=Exists(same.exclude(piece_id=OuterRef("pk"))),
        has_pictures=Exists(PiecePicture.objects.filter(piece_id=OuterRef("pk")).order_by()),
        has_editions=Exists(Edition.objects.filter(piece_id=OuterRef("pk")).order_by()),
        comment_count=Coalesce(Subquery(comments.values("all"), output_field=IntegerField()), 0),
        writer_ids=Coalesce(
            Subquery(
                PieceWriter.objects.filter(piece_id=OuterRef("pk"))
                .order_by()
                .values("piece_id")
                .annotate(all=StringAgg(Cast("user_id", CharField()), Value(",")))
                .values("all")
            ),
            Value(""),
            output_field=CharField(),
        ),
        typed_at=Subquery(slot.values("saved_at")[:1], output_field=DateTimeField()),
        tag_words=Concat(
            _each_tag("tag__name", "tag__slug", "tag__canonical__name", "tag__canonical__slug"),
            Value("\n"),
            _each_tag("tag__canonical__labels__text"),
            output_field=TextField(),
        ),
        **read_along,
    )
    return found


def _each_tag(*columns: str) -> Coalesce:
    """These words of every tag of a piece, a line for each."""
    lines = [part for column in columns for part in (Cast(column, TextField()), Value("\n"))]
    rows = PieceTag.objects.filter(content_object_id=OuterRef("pk"), **{f"{columns[0]}__isnull": False}).order_by()
    joined = StringAgg(Concat(*lines, output_field=TextField()), Value(""))
    each = rows.values("content_object_id").annotate(all=joined).values("all")
    return Coalesce(Subquery(each, output_field=TextField()), Value(""), output_field=TextField())


class Narrowed(admin.SimpleListFilter):
    """What readers see, what waits, what is mine."""

    title = gettext_lazy("shown or waiting")
    parameter_name = "what"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return WHAT

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        wanted = {
            "live": Q(is_seen=True),
            "hidden": Q(is_seen=False),
            "scheduled": Q(appears_at__isnull=False),
            "held": Q(is_held=True),
            "sensitive": Q(is_sensitive=True),
            "mine": Q(created_by=request.user.pk),
        }
        return queryset.filter(wanted.get(self.value() or "", Q()))


def next_step(piece: Any) -> str:
    """What has to happen now, and by whom, in words."""
    if piece.erased_at is not None:
        return ""
    if piece.is_held:
        return _("Two people have to lift the hold.")
    if piece.state == State.IN_REVIEW:
        if piece.reviewer_id and piece.review_due:
            due = date_format(piece.review_due, "SHORT_DATE_FORMAT")
            return _("{who} reviews it, until {day}.").format(who=piece.reviewer_name, day=due)
        if piece.reviewer_id:
            return _("{who} reviews it.").format(who=piece.reviewer_name)
        return _("A reviewer reads it.")
    if piece.state == State.CHANGES_REQUESTED:
        return _("The writer changes it and submits it again.")
    if piece.state == State.APPROVED:
        return _("A publisher publishes it.")
    return "" if piece.is_unchanged else _("The writer submits it.")


def state_in_words(piece: Any) -> str:
    """Of a row that with_standing() read."""
    if piece.erased_at is not None:
        return _("Erased on {day}").format(day=date_format(timezone.localtime(piece.erased_at), "DATE_FORMAT"))
    if piece.is_unchanged:
        return _("As published") if piece.is_seen or piece.appears_at else _("As it was published")
    words = str(State(piece.state).label)
    return words if piece.base_edition_id is None else _("{state}, of a new edition").format(state=words)


def labelled(label: str, words: str) -> SafeString:
    """A cell with the name of its column, for a narrow window, in which the heads of the columns are not shown."""
    return format_html('<span class="cell-label">{}</span> {}', label, words)


class PieceList(admin.ModelAdmin):  # type: ignore[type-arg]
    """Columns that say what an editor asks: state, who, when, what next."""

    change_list_template = "admin/piece/change_list.html"
    list_display = ("title", "state_in_words", "readers", "in_language", "changed", "next")
    list_filter = (Narrowed, "state", "language")
    search_fields = ("title", "slug", "public_id")
    search_help_text = gettext_lazy("Title, slug or id. For texts use the search at the top of the page.")
    ordering = ("-changed_at",)
    list_per_page = 50
    show_full_result_count = False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        # The columns need the room; the way back is at the top.
        own = {"import_url": import_url(self, request), "is_nav_sidebar_enabled": False}
        return super().changelist_view(request, own | (extra_context or {}))

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Only these: the query string would otherwise answer questions about hidden columns."""
        return lookup in {"state__exact", "language__exact", "kind__exact"}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return with_standing(super().get_queryset(request))

    @admin.display(description=gettext_lazy("State"), ordering="state")
    def state_in_words(self, piece: Any) -> str:
        return labelled(_("State"), state_in_words(piece))

    @admin.display(description=gettext_lazy("Readers"))
    def readers(self, piece: Any) -> str:
        words = _("see it") if piece.is_seen else _("do not see it")
        if piece.is_held:
            words = _("do not see it: held back")
        if piece.appears_at:
            when = date_format(timezone.localtime(piece.appears_at), "SHORT_DATETIME_FORMAT")
            words += _(", new edition %s") % when
        return labelled(_("Readers"), words)

    @admin.display(description=gettext_lazy("Language"), ordering="language")
    def in_language(self, piece: Any) -> str:
        return labelled(_("Language"), str(piece.get_language_display()))

    @admin.display(description=gettext_lazy("Changed"), ordering="changed_at")
    def changed(self, piece: Any) -> str:
        when = date_format(timezone.localtime(piece.changed_at), "SHORT_DATETIME_FORMAT")
        return labelled(_("Changed"), _("{when}, {who}").format(when=when, who=piece.changed_by or "—"))

    @admin.display(description=gettext_lazy("What next"))
    def next(self, piece: Piece) -> str:
        return labelled(_("What next"), next_step(piece) or "—")
