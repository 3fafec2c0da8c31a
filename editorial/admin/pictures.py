"""The library of pictures at the desk: the list, the upload, and the files that only the desk may have."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
    JsonResponse,
)
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from editorial.admin import picture_page
from editorial.blockers import Refused
from editorial.models import Picture, Rendition, User
from editorial.picture_views import METHODS, file_response
from editorial.pictures import keeping, permitting
from editorial.pictures.formats import MOST_BYTES
from editorial.pictures.showing import FORMAT_OF

ACCEPTED = ".jpg,.jpeg,.png,.webp,.avif"


def thumbnail_name(picture: str = "pk", digest: str = "recipe_digest") -> Subquery:
    """The smallest public JPEG of what a picture is now: nobody is shown more than readers would be."""
    rows = Rendition.objects.filter(
        picture_id=OuterRef(picture),
        recipe_digest=OuterRef(digest),
        format="JPEG",
        purpose="page",
        removed_at__isnull=True,
    )
    return Subquery(rows.order_by("width").values("name")[:1])


def thumbnail(name: str | None) -> SafeString:
    if not name:
        return format_html('<span class="no-thumbnail">{}</span>', _("no preview yet"))
    url = reverse("admin:picture_file", args=[name, "jpg"])
    return format_html('<img class="thumbnail" src="{}" alt="" loading="lazy">', url)


class Stage(admin.SimpleListFilter):
    """How far a picture has come."""

    title = gettext_lazy("how far it has come")
    parameter_name = "stage"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("open", gettext_lazy("Tick list to go through")),
            ("preparing", gettext_lazy("Being prepared")),
            ("ready", gettext_lazy("Ready")),
            ("mine", gettext_lazy("Uploaded by me")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        stages = {
            "open": Q(seen_at__isnull=True),
            "preparing": Q(seen_at__isnull=False, thumbnail_name__isnull=True),
            "ready": Q(seen_at__isnull=False, thumbnail_name__isnull=False),
            "mine": Q(uploaded_by=request.user.pk),
        }
        return queryset.filter(stages.get(str(self.value()), Q()))


@admin.register(Picture)
class PictureAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Every picture; each act is a service of its own that asks who may do it."""

    list_display = ("preview", "label_or_code", "stage", "uploaded_by", "uploaded_at")
    list_display_links = ("label_or_code",)
    list_filter = (Stage,)
    list_select_related = ("uploaded_by",)
    search_fields = ("label", "code")
    list_per_page = 50
    actions = None
    show_full_result_count = False

    class Media:
        css = {"all": ("css/desk/pictures.css",)}

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        return lookup == Stage.parameter_name

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        there = super().get_queryset(request).filter(erased_at__isnull=True)
        found: QuerySet[Any] = there.annotate(thumbnail_name=thumbnail_name())
        return found

    @admin.display(description=gettext_lazy("preview"))
    def preview(self, picture: Any) -> SafeString:
        return thumbnail(picture.thumbnail_name)

    @admin.display(description=gettext_lazy("name at the desk"), ordering="label")
    def label_or_code(self, picture: Any) -> str:
        return str(picture.label or picture.code)

    @admin.display(description=gettext_lazy("how far it has come"))
    def stage(self, picture: Any) -> str:
        if picture.seen_at is None:
            return _("tick list to go through")
        return _("ready") if picture.thumbnail_name else _("being prepared")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        assert isinstance(request.user, User)
        return super().has_change_permission(request) and (obj is None or permitting.may_change(obj, request.user))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        wrapped = self.admin_site.admin_view
        return [
            path("file/<slug:name>.<slug:extension>", wrapped(self.file_view), name="picture_file"),
            path("<int:pk>/original/", wrapped(self.original_view), name="editorial_picture_original"),
            path("<int:pk>/preview/", wrapped(self.preview_view), name="editorial_picture_preview"),
            path("<int:pk>/do/<slug:act>/", wrapped(self.act_view), name="editorial_picture_act"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return super().changelist_view(request, {"title": _("Pictures"), **(extra_context or {})})

    # --- The upload -----------------------------------------------------------------------------------------------
    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> Any:
        """A form for several files; a script sends each by itself and is answered in JSON."""
        by = _person(request)
        if not permitting.may_upload(by):
            raise PermissionDenied
        refused: list[tuple[str, str]] = []
        if request.method == "POST":
            made, refused = _uploaded(request, by)
            if request.headers.get("Accept") == "application/json":
                return _told(made, refused)
            if made:
                words = ngettext("%d picture uploaded.", "%d pictures uploaded.", len(made)) % len(made)
                messages.success(request, words)
            if not refused:
                one = len(made) == 1
                return HttpResponseRedirect(_page_of(made[0]) + "?draw=1" if one else _list())
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Upload pictures"),
            "refused": refused,
            "accepted": ACCEPTED,
            "megabytes": MOST_BYTES // 1_000_000,
        }
        return TemplateResponse(request, "admin/picture/upload.html", context, status=422 if refused else 200)

    # --- One picture ----------------------------------------------------------------------------------------------
    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        picture = self._visible(request, object_id)
        return picture_page.page(self, request, picture)

    def act_view(self, request: HttpRequest, pk: int, act: str) -> HttpResponseBase:
        return picture_page.act(self, request, self._visible(request, pk), act)

    def original_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """The upright original, for who covers places in it."""
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        picture = self._visible(request, pk)
        try:
            data = keeping.see_original(picture.pk, by=_person(request))
        except Refused as refusal:
            return _refusal(refusal)
        return private(HttpResponse(data, content_type="image/jpeg"))

    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """What the public would get of the shapes that are sent; nothing of it is kept."""
        picture = self._visible(request, pk)
        return picture_page.preview(request, picture)

    def file_view(self, request: HttpRequest, name: str, extension: str) -> HttpResponseBase:
        """A public file, for everybody who sees pictures at the desk, whether or not readers may have it already."""
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        row = Rendition.objects.filter(name=name, format=FORMAT_OF.get(extension, ""), removed_at__isnull=True).first()
        if row is None:
            raise Http404
        return file_response(row)

    def _visible(self, request: HttpRequest, pk: Any) -> Picture:
        number = int(pk) if str(pk).isascii() and str(pk).isdigit() and len(str(pk)) < 19 else 0
        picture: Picture | None = self.get_queryset(request).filter(pk=number).first()
        if picture is None:
            raise Http404
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        return picture


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _page_of(picture: Picture) -> str:
    return reverse("admin:editorial_picture_change", args=[picture.pk])


def _list() -> str:
    return reverse("admin:editorial_picture_changelist")


def _uploaded(request: HttpRequest, by: User) -> tuple[list[Picture], list[tuple[str, str]]]:
    """What was taken in, and of what was refused the name with the reason. Each file is for itself."""
    made: list[Picture] = []
    refused: list[tuple[str, str]] = []
    files = request.FILES.getlist("files")
    for file in files:
        # One byte more than is allowed says as much as the whole of it.
        data = file.read(MOST_BYTES + 1)
        label = request.POST.get("label", "")
        label = f"{label} {len(made) + 1}" if label.strip() and len(files) > 1 else label
        try:
            made.append(
                keeping.upload(data, by=by, name=file.name or "", content_type=file.content_type or "", label=label)
            )
        except Refused as refusal:
            refused.append((file.name or "", " ".join(str(blocker.sentence) for blocker in refusal.blockers)))
    if not files:
        refused.append(("", _("Choose at least one file.")))
    return made, refused


def _told(made: list[Picture], refused: list[tuple[str, str]]) -> JsonResponse:
    answer = {
        "made": [{"label": one.label, "url": _page_of(one) + "?draw=1"} for one in made],
        "refused": [{"name": name, "reason": reason} for name, reason in refused],
    }
    return JsonResponse(answer, status=422 if refused else 200)


def _refusal(refusal: Refused) -> HttpResponse:
    text = "\n".join(str(blocker.sentence) for blocker in refusal.blockers)
    return HttpResponse(text, status=403, content_type="text/plain; charset=utf-8")


def private(response: HttpResponse) -> HttpResponse:
    """For what no cache may keep and no page elsewhere may show."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Disposition"] = "inline"
    return response
