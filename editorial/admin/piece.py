"""The desk for one kind of piece: list, form, verbs, preview."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import PermissionDenied
from django.db.models import CharField, DateTimeField, Exists, F, OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from editorial import blockers, kinds, previewing, workflow
from editorial.admin.acting import VERBS, companions_read, is_id, try_verb
from editorial.admin.desk import desk
from editorial.admin.form import PieceForm
from editorial.models import Channel, Edition, Piece, User
from editorial.prose import ProseField, rendered

#: Texts longer than this get a box of several lines.
ONE_LINE = 200


def show_prose(piece: Piece) -> None:
    """For people who only read: prose as prose, not as its markup."""
    for field in piece._meta.get_fields():
        if isinstance(field, ProseField):
            setattr(piece, field.name, rendered(getattr(piece, field.name)))


class PieceAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Pieces of a kind. Verbs that hide run in views of their own, which no invalid field can stop."""

    form = PieceForm
    change_form_template = "admin/piece/change_form.html"
    list_display = ("title", "state", "shown", "language", "who", "changed_at")
    list_filter = ("state", "language")
    search_fields = ("title", "slug", "public_id")
    search_help_text = gettext_lazy("Title, slug or id of the working copy.")
    ordering = ("-changed_at",)
    list_per_page = 50
    actions = None
    save_on_top = False
    prepopulated_fields = {"slug": ("title",)}
    #: The fields of the kind, between the common ones.
    kind_fields: tuple[str, ...] = ()

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        hidden = ("version", "revision") if obj is not None else ()
        return [
            (None, {"fields": ("title", "standfirst", *self.kind_fields, "tags", *hidden)}),
            (gettext_lazy("Address and language"), {"fields": ("slug", "language", "translation_of")}),
        ]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if isinstance(db_field, ProseField):
            return db_field.formfield()
        if isinstance(db_field, CharField) and (db_field.max_length or 0) > ONE_LINE and not db_field.choices:
            kwargs["widget"] = AdminTextareaWidget(attrs={"rows": 2})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        # An address that readers know must not follow each change of the title.
        return {} if obj is not None else dict(self.prepopulated_fields)

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Only these: the query string would otherwise answer questions about hidden columns."""
        return lookup in {"state__exact", "language__exact", "kind__exact"}

    # --- Who may --------------------------------------------------------------------------------------------------
    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is None:
            return super().has_change_permission(request)
        assert isinstance(request.user, User)
        return blockers.may_edit(obj, request.user)

    # --- The list -------------------------------------------------------------------------------------------------
    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        now = timezone.now()
        seen = Edition.objects.public(Channel.WEBSITE, now).filter(piece_id=OuterRef("pk")).order_by()
        waiting = Edition.objects.filter(piece_id=OuterRef("pk"), publish_at__gt=now, ends_at__gt=F("publish_at"))
        found: QuerySet[Any] = (
            super()
            .get_queryset(request)
            .select_related("created_by")
            .annotate(
                is_seen=Exists(seen),
                appears_at=Subquery(
                    waiting.order_by("publish_at").values("publish_at")[:1], output_field=DateTimeField()
                ),
            )
        )
        return found

    @admin.display(description=gettext_lazy("Readers"))
    def shown(self, piece: Any) -> str:
        words = _("see it") if piece.is_seen else _("do not see it")
        if piece.appears_at:
            when = date_format(timezone.localtime(piece.appears_at), "SHORT_DATETIME_FORMAT")
            words += _(", new edition %s") % when
        return words

    @admin.display(description=gettext_lazy("Begun by"), ordering="created_by__username")
    def who(self, piece: Any) -> str:
        return str(piece.created_by.get_full_name() or piece.created_by)

    # --- The form -------------------------------------------------------------------------------------------------
    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """On a POST the parent rows are locked first, so that two saves follow one another.

        Those of the companions too, in the order of their ids: a verb after the save will need them.
        """
        if request.method == "POST" and is_id(str(object_id)):
            wanted = {int(object_id), *companions_read(request.POST.getlist("with_ids"))}
            rows = Piece.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk")
            list(rows.values_list("pk", flat=True))
        return super().get_object(request, object_id, from_field)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        assert isinstance(request.user, User)
        if not change:
            obj.created_by = request.user
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """After the related rows, so that the revision holds the new tags too."""
        super().save_related(request, form, formsets, change)
        assert isinstance(request.user, User)
        workflow.save(form.instance.pk, by=request.user)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Nothing: our own record says who did what, without titles that could name somebody."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Nothing: see log_addition."""

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        return self._verb_after_save(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return self._verb_after_save(request, obj) or super().response_change(request, obj)

    def _verb_after_save(self, request: HttpRequest, obj: Any) -> HttpResponse | None:
        """The verb whose button was pressed, once everything is saved; plain Save comes back to the form."""
        verb = request.POST.get("_verb", "")
        if verb in {"submit", "publish", "schedule"}:
            try_verb(request, verb, kinds.load(obj.pk), was_saved=True)
        elif "_save" not in request.POST or "_popup" in request.POST:
            return None
        else:
            messages.success(request, _("Saved. What readers see has not changed."))
        return HttpResponseRedirect(self._form_url(obj.pk))

    def _form_url(self, pk: int) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[pk])

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> Any:
        assert isinstance(request.user, User)
        if obj is not None and obj.pk:
            context["desk"] = desk(kinds.load(obj.pk), request.user)
            # Its name in the record is a code; here the title is what a person looks for.
            context["subtitle"] = obj.title
            if not self.has_change_permission(request, obj):
                show_prose(obj)
            context["verb_url"] = f"admin:{self.opts.app_label}_{self.opts.model_name}_verb"
            context["preview_url"] = reverse(
                f"admin:{self.opts.app_label}_{self.opts.model_name}_preview", args=[obj.pk]
            )
        context["conflicts"] = getattr(context["adminform"].form, "conflicts", [])
        return super().render_change_form(request, context, add, change, form_url, obj)

    # --- Views of their own ---------------------------------------------------------------------------------------
    def get_urls(self) -> list[URLPattern]:
        def wrapped(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
            return self.admin_site.admin_view(view)

        name = f"{self.opts.app_label}_{self.opts.model_name}"
        return [
            path("<int:pk>/do/<slug:verb>/", wrapped(self.verb_view), name=f"{name}_verb"),
            path("<int:pk>/preview/", wrapped(self.preview_view), name=f"{name}_preview"),
            *super().get_urls(),
        ]

    def verb_view(self, request: HttpRequest, pk: int, verb: str) -> HttpResponse:
        """POST only: one verb on one piece, whatever state the form is in."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        piece = self._visible(request, pk)
        if verb not in VERBS:
            raise Http404
        try_verb(request, verb, piece)
        return HttpResponseRedirect(self._form_url(pk))

    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """The working copy as readers would see it."""
        return previewing.preview(request, self._visible(request, pk))

    def _visible(self, request: HttpRequest, pk: int) -> Piece:
        piece = self.model._default_manager.filter(pk=pk).first()
        if piece is None:
            raise Http404
        if not self.has_view_or_change_permission(request, piece):
            raise PermissionDenied
        return kinds.load(pk)
