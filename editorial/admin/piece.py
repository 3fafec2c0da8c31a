"""The desk for one kind of piece: form, verbs, and the pages beside the form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.admin.helpers import AdminErrorList
from django.contrib.admin.options import ActionLocation
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import PermissionDenied
from django.db.models import CharField, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from editorial import autosaving, guards, kinds, workflow
from editorial.admin import (
    bulk,
    checking,
    commenting,
    erasing_page,
    history,
    importing,
    keeping,
    looking,
    mentioning,
    merging,
    sharing,
    uses,
)
from editorial.admin.acting import VERBS, companions_read, is_id, try_verb
from editorial.admin.choosing import knowing, with_tags_made
from editorial.admin.desk import desk
from editorial.admin.form import PieceForm
from editorial.admin.page import PiecePage
from editorial.admin.piece_list import PieceList, with_what_the_form_asks
from editorial.admin.piece_pictures import PiecePictureInline
from editorial.models import Piece, User
from editorial.prose import ProseField, rendered
from editorial.standing import Standing

#: The pages about one piece beside its form.
PAGES: tuple[PiecePage, ...] = (
    *keeping.PAGES,
    *history.PAGES,
    *looking.PAGES,
    *merging.PAGES,
    *checking.PAGES,
    *uses.PAGES,
    *commenting.PAGES,
    *sharing.PAGES,
    *erasing_page.PAGES,
)
#: No row has a greater number.
MOST_ROWS = 2**63
#: Texts longer than this get a box of several lines.
ONE_LINE = 200
#: Verbs that run with the form, after it was saved.
WITH_SAVE = {"submit", "publish", "schedule"}
#: What the small forms of the verbs ask; a refusal keeps it.
ASKED = ("note", "reason", "at", "expires_at", "reviewer", "due", "assignment_note", "on")


def show_prose(piece: Piece) -> None:
    """For people who only read: prose as prose, not as its markup, with what its mentions print and its pictures."""
    labels = dict(piece.piece_pictures.values_list("picture_id", "picture__label"))

    def slot(picture: int) -> SafeString:
        return format_html('<p class="mention">[{}: {}]</p>', _("Picture"), labels.get(picture, "?"))

    names = [field.name for field in piece._meta.get_fields() if isinstance(field, ProseField)]
    shown = mentioning.shown_in([getattr(piece, name) for name in names], piece.language)
    with translation.override(piece.language):
        for name in names:
            setattr(piece, name, rendered(getattr(piece, name), shown, slot))


class PieceAdmin(PieceList):
    """Pieces of a kind. Verbs that hide run in views of their own, which no invalid field can stop."""

    form = PieceForm
    change_form_template = "admin/piece/change_form.html"
    actions = bulk.ACTIONS
    save_on_top = False
    prepopulated_fields = {"slug": ("title",)}
    #: The fields of the kind, between the common ones.
    kind_fields: tuple[str, ...] = ()
    #: Pages about one piece that only this kind has.
    own_pages: tuple[PiecePage, ...] = ()
    #: Whether the pages of the kind show pictures.
    shows_pictures = True

    def get_inlines(self, request: HttpRequest, obj: Any = None) -> Any:
        found = super().get_inlines(request, obj)
        return [*found, PiecePictureInline] if self.shows_pictures else found

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

    # --- Who may --------------------------------------------------------------------------------------------------
    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is None:
            return super().has_change_permission(request)
        assert isinstance(request.user, User)
        return guards.may_edit(obj, request.user)

    def get_actions(self, request: HttpRequest, action_location: ActionLocation = ActionLocation.CHANGE_LIST) -> Any:
        """Verbs on many pieces: only those that this person's roles include, and never over the form."""
        assert isinstance(request.user, User)
        found = super().get_actions(request, action_location=action_location)
        wanted = bulk.names_for(request.user)
        return {name: action for name, action in found.items() if name in wanted}

    def import_view(self, request: HttpRequest) -> HttpResponseBase:
        return importing.import_view(self, request)

    def bulk_view(self, request: HttpRequest, verb: str) -> HttpResponseBase:
        return bulk.bulk_view(self, request, verb)

    # --- The form -------------------------------------------------------------------------------------------------
    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """On a POST the parent rows are locked first, so that two saves follow one another.

        Those of the companions too, in the order of their ids: a verb after the save will need them.
        """
        if request.method == "POST" and is_id(str(object_id)):
            wanted = {int(object_id), *companions_read(request.POST.getlist("with_ids"))}
            rows = Piece.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk")
            list(rows.values_list("pk", flat=True))
        piece = super().get_object(request, object_id, from_field) if is_id(str(object_id)) else None
        if piece is not None and request.method == "GET":
            request.standing = Standing(piece, is_trusting=True)  # type: ignore[attr-defined]  # for this page alone
        return piece

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        found = super().get_queryset(request)
        match = request.resolver_match
        if match is None or match.url_name != f"{self.opts.app_label}_{self.opts.model_name}_change":
            return found
        assert isinstance(request.user, User)
        return with_what_the_form_asks(found.select_related("reviewer"), request.user)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        # A class of its own for each request, so this is about this request alone.
        form.by, form.is_recovering = request.user, getattr(request, "is_recovering", False)
        form.standing = getattr(request, "standing", None)
        return form

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        pk = int(object_id) if object_id and is_id(str(object_id)) else None
        keeping.recovering(request, self.model.kind_name(), pk)
        response = super().changeform_view(request, object_id, form_url, extra_context)
        late = getattr(request, "late", None)
        return response if late is None else merging.merge_page(self, request, late)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        assert isinstance(request.user, User)
        if getattr(request, "is_recovering", False):
            raise PermissionDenied  # what is only to be looked at is never written
        if not change:
            obj.created_by = request.user
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """After the related rows, so that the revision holds the new tags too."""
        super().save_related(request, form, formsets, change)
        assert isinstance(request.user, User)
        workflow.save(form.instance.pk, by=request.user)
        kind = self.model.kind_name()
        autosaving.forget(by=request.user, kind=kind, piece=form.instance if change else None)

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
        if verb in WITH_SAVE:
            self._try(request, verb, kinds.load(obj.pk), was_saved=True)
        elif "_save" not in request.POST or "_popup" in request.POST:
            return None
        else:
            messages.success(request, _("Saved. What readers see has not changed."))
        return HttpResponseRedirect(self.form_url(obj.pk))

    def form_url(self, pk: int | None) -> str:
        """The address of the form of a piece, or of a new one."""
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        return reverse(f"{name}_change", args=[pk]) if pk else reverse(f"{name}_add")

    def page_url(self, name: str, pk: int) -> str:
        """The address of one of the pages about a piece."""
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{name}", args=[pk])

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
        context["autosave_new_url"] = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_autosave_new")
        context["kind_of_piece"] = self.model.kind_name()
        # The text needs the room; the way back is at the top.
        context["is_nav_sidebar_enabled"] = False
        if obj is None:
            context["unsaved"] = keeping.unsaved(request, self.model.kind_name())
        elif request.method == "GET":
            context["unsaved"] = getattr(obj, "typed_at", None)
        if request.method == "GET":
            knowing(context["adminform"].form, context["inline_admin_formsets"])
        if obj is not None and obj.pk:
            # Its name in the record is a code; here the title is what a person looks for.
            context["subtitle"] = obj.title
            context |= self._beside(request, kinds.load(obj.pk) if request.method == "POST" else obj)
            if not self.has_change_permission(request, obj):
                # Last: what stands around the form is about what is stored.
                show_prose(obj)
        form = context["adminform"].form
        is_late = obj is not None and form.is_bound and form.is_complete_but_late()
        if is_late and all(inline.formset.is_valid() for inline in context["inline_admin_formsets"]):
            rows = (row for inline in context["inline_admin_formsets"] for row in inline.formset.forms)
            if not form.is_recovering:
                request.POST = with_tags_made(request.POST, [form, *rows])
            # Both texts are compared once the lock is given back: that may take long, and nobody has to wait for it.
            request.late = merging.late_text(self, request, obj.pk)  # type: ignore[attr-defined]
            return HttpResponse(status=409)
        if getattr(form, "is_recovering", False):
            form.only_faults()
            formsets = [inline.formset for inline in context["inline_admin_formsets"]]
            context |= {"is_recovered": True, "errors": AdminErrorList(form, formsets)}
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _beside(self, request: HttpRequest, piece: Piece) -> dict[str, Any]:
        """What stands around the form of a piece that is there already."""
        assert isinstance(request.user, User)
        typed = request.session.pop(f"typed-{piece.pk}", {}) if f"typed-{piece.pk}" in request.session else {}
        can_edit = self.has_change_permission(request, piece)
        shown = desk(piece, request.user, standing=getattr(request, "standing", None))
        checks = checking.saved(self, request, shown.standing, can_edit=can_edit)
        found: dict[str, Any] = {"desk": shown, "typed": typed, "checks": checks}
        found["comments"] = commenting.comments_for(piece, request.user)
        found["rebase_name"] = f"admin:{self.opts.app_label}_{self.opts.model_name}_rebase"
        found["verb_url"] = f"admin:{self.opts.app_label}_{self.opts.model_name}_verb"
        plain = [page.name for page in (*PAGES, *self.own_pages) if page.is_plain]
        found |= {f"{name}_url": self.page_url(name, piece.pk) for name in plain}
        return found

    # --- Views of their own ---------------------------------------------------------------------------------------
    def get_urls(self) -> list[URLPattern]:
        def wrapped(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
            return self.admin_site.admin_view(view)

        name = f"{self.opts.app_label}_{self.opts.model_name}"
        return [
            path("bulk/<slug:verb>/", wrapped(self.bulk_view), name=f"{name}_bulk"),
            path("autosave/", wrapped(self.autosave_new_view), name=f"{name}_autosave_new"),
            path("import/", wrapped(self.import_view), name=f"{name}_import"),
            path("<int:pk>/do/<slug:verb>/", wrapped(self.verb_view), name=f"{name}_verb"),
            *(
                path(f"<int:pk>/{page.route}", wrapped(self._served(page)), name=f"{name}_{page.name}")
                for page in (*PAGES, *self.own_pages)
            ),
            *super().get_urls(),
        ]

    def _served(self, page: PiecePage) -> Callable[..., HttpResponseBase]:
        """The view of a page about one piece, behind the one question who may see it."""

        def view(request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponseBase:
            if request.method not in page.methods:
                return HttpResponseNotAllowed(page.methods)
            piece = self._visible(request, pk)
            if page.needs == "change" and not self.has_change_permission(request, piece):
                raise PermissionDenied
            return page.view(self, request, piece, **kwargs)

        return view

    def autosave_new_view(self, request: HttpRequest) -> HttpResponseBase:
        """What somebody types into the form of a new piece."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.POST.get("forget"):
            autosaving.forget(by=keeping.person(request), kind=self.model.kind_name(), piece=None)
            return HttpResponseRedirect(self.form_url(None))
        return keeping.keep_typed(request, self.model.kind_name(), None)

    def verb_view(self, request: HttpRequest, pk: int, verb: str) -> HttpResponse:
        """POST only: one verb on one piece, whatever state the form is in."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        piece = self._visible(request, pk)
        if verb not in VERBS:
            raise Http404
        self._try(request, verb, piece)
        return HttpResponseRedirect(self.form_url(pk))

    def _try(self, request: HttpRequest, verb: str, piece: Piece, *, was_saved: bool = False) -> None:
        """Do the verb; after a refusal what was typed into its small form is shown again, and what had been read."""
        blockers = try_verb(request, verb, piece, was_saved=was_saved)
        if not blockers:
            return
        typed = {name: request.POST[name][:4000] for name in ASKED if request.POST.get(name)}
        if any(blocker.code == "text_moved" for blocker in blockers):
            read = piece.revisions.filter(digest=request.POST.get("digest", "")).values_list("number", flat=True)
            typed["read"] = str(read.first() or "")
        request.session[f"typed-{piece.pk}"] = typed | {"verb": verb}

    def _visible(self, request: HttpRequest, pk: int) -> Piece:
        # The model is that of the kind, so this is the concrete row.
        piece: Piece | None = self.model._default_manager.filter(pk=pk).first() if pk < MOST_ROWS else None
        if piece is None:
            raise Http404
        if not self.has_view_or_change_permission(request, piece):
            raise PermissionDenied
        return piece
