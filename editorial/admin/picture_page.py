"""The page of one picture: places to cover, the tick list, whom it shows, where it is used, and its end."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.csp import CSP
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csp import csp_override

from editorial import kinds
from editorial.admin.choosing import PiecesField
from editorial.admin_site import POLICY as DESK
from editorial.blockers import Blocker, Refused
from editorial.models import Channel, Edition, EditionPicture, Picture, PiecePicture, Rendition, User
from editorial.pictures import belonging, keeping, permitting, preparing, storing, ticking
from editorial.pictures.explaining import RECIPE_UNREADABLE, NotAccepted
from editorial.pictures.keeping import Described
from editorial.pictures.recipe import MOST_SHAPES, Recipe, Shape
from editorial.pictures.ticking import Found, Thing
from editorial.pictures.verifying import Unsafe
from editorial.pictures.wording import places
from editorial.pictures.workshop import make_in_workshop

if TYPE_CHECKING:
    from editorial.admin.pictures import PictureAdmin

#: The desk's own, and pictures that a script made out of an answer.
POLICY = DESK | {"img-src": [CSP.SELF, "data:", "blob:"]}
#: What the list to choose from needs, in this order; on other pages of the desk the admin itself brings it.
LIBRARY = forms.Media(
    js=(
        "admin/js/vendor/jquery/jquery.js",
        "admin/js/vendor/select2/select2.full.js",
        "admin/js/jquery.init.js",
        "autocomplete_light/autocomplete_light.min.js",
    )
)
#: Empty rows for who draws without a script.
SPARE_ROWS = 3
PREVIEW_WIDTH = 960
#: Numbers in the form are per cent, so that a person can read and type them.
WHOLE = 100


@dataclass(frozen=True)
class Row:
    """One covered place in the form, in per cent of the picture."""

    kind: str = ""
    x: str = ""
    y: str = ""
    width: str = ""
    height: str = ""


@dataclass(frozen=True)
class Question:
    """One line of the tick list."""

    name: str
    label: Any
    answer: str


@dataclass(frozen=True)
class Used:
    """A piece that shows it."""

    title: str
    where: Any
    url: str


class AboutForm(forms.Form):
    label = forms.CharField(
        label=gettext_lazy("Name at the desk"),
        max_length=120,
        help_text=gettext_lazy("How the staff finds it again. Readers never see it. Name no person."),
    )
    credit = forms.CharField(
        label=gettext_lazy("Credit"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Who made it, as readers see it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["subjects"] = PiecesField(
            *belonging.own_story_kinds(),
            label=_("Shows a narrator of"),
            help_text=_(
                "The story, if a face of its narrator is in it, a covered one too. Only that story may show it, "
                "while its narrators agree to a portrait."
            ),
        )


# --- The page -------------------------------------------------------------------------------------------------------
@csp_override(POLICY)
def page(
    admin: PictureAdmin, request: HttpRequest, picture: Picture, *, reasons: list[Blocker] | None = None
) -> HttpResponse:
    """Shown after a refusal with what was sent; `?draw=1` shows the original to who may see it."""
    by = _person(request)
    sent = request.POST if reasons else None
    may_change = permitting.may_change(picture, by)
    can_draw = may_change and not permitting.to_see_original(picture, by)
    draws = can_draw and (request.GET.get("draw") == "1" or bool(sent))
    ready = Rendition.objects.filter(
        picture_id=picture.pk,
        recipe_digest=picture.recipe_digest,
        removed_at__isnull=True,
        format="JPEG",
        purpose="page",
    )
    name = ready.order_by("-width").values_list("name", flat=True).first()
    about = {"label": picture.label, "credit": picture.credit, "subjects": _subjects(picture)}
    about_form = AboutForm(sent if sent and "label" in sent else None, initial=about)
    context = {
        **admin.admin_site.each_context(request),
        "is_nav_sidebar_enabled": False,
        "opts": admin.opts,
        "title": picture.label,
        "picture": picture,
        "reasons": reasons or [],
        "may_change": may_change,
        "can_draw": can_draw,
        "draws": draws,
        "rows": _rows(picture, sent),
        "focal": _focal(picture, sent),
        "questions": _questions(picture, sent),
        "answers": Found.choices,
        "covered": places(picture.recipe),
        "progress": preparing.progress(picture) if picture.seen_at else None,
        "public_url": reverse("admin:picture_file", args=[name, "jpg"]) if name else "",
        "about": about_form,
        "about_media": LIBRARY + about_form.media,
        "used": where_used(picture, by),
        "has_earlier": _has_earlier(picture),
        "may_destroy": not permitting.to_destroy_original(picture, by),
        "version": getattr(request, "saved_version", sent.get("version")) if sent else picture.lock_version,
        "most_shapes": MOST_SHAPES,
    }
    return TemplateResponse(request, "admin/picture/change.html", context, status=422 if reasons else 200)


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _subjects(picture: Picture) -> list[int]:
    return list(picture.picture_subjects.values_list("piece_id", flat=True))


def _has_earlier(picture: Picture) -> bool:
    rows = Rendition.objects.filter(picture_id=picture.pk, removed_at__isnull=True)
    is_shown = EditionPicture.objects.filter(picture_id=picture.pk)
    return rows.exists() and is_shown.exists()


def _rows(picture: Picture, sent: Any) -> list[Row]:
    if sent and "kind" in sent:
        names = ("kind", "x", "y", "width", "height")
        columns = [sent.getlist(name) for name in names]
        found = [Row(*values) for values in zip(*columns, strict=False)]
    else:
        found = [
            Row(one.kind, *(_per_cent(value) for value in (one.x, one.y, one.width, one.height)))
            for one in _recipe(picture).shapes
        ]
    return [*found, *[Row()] * SPARE_ROWS]


def _focal(picture: Picture, sent: Any) -> tuple[str, str]:
    if sent and "focal_x" in sent:
        return sent["focal_x"], sent.get("focal_y", "")
    recipe = _recipe(picture)
    return _per_cent(recipe.focal_x), _per_cent(recipe.focal_y)


def _recipe(picture: Picture) -> Recipe:
    return Recipe.from_json(picture.recipe)


def _per_cent(fraction: float) -> str:
    return f"{fraction * WHOLE:.2f}".rstrip("0").rstrip(".")


def _questions(picture: Picture, sent: Any) -> list[Question]:
    answers: Mapping[str, Any] = _seen(sent) if sent and "kind" in sent else picture.seen
    return [Question(thing.value, thing.label, str(answers.get(thing.value, ""))) for thing in Thing]


def _seen(sent: Any) -> dict[str, str]:
    return {thing.value: sent.get(f"seen-{thing.value}", "") for thing in Thing}


def where_used(picture: Picture, by: User) -> list[Used]:
    """Every piece whose draft or public edition shows it; two queries. Of what the person may not see no title."""
    now = timezone.now()
    shown = EditionPicture.objects.filter(picture_id=picture.pk, edition__publish_at__lte=now, edition__ends_at__gt=now)
    live = Edition.objects.public(Channel.WEBSITE, now).filter(pk__in=shown.values("edition_id"))
    pieces = {piece: (kind, title, True) for piece, kind, title in live.values_list("piece_id", "kind", "title")}
    drafts = PiecePicture.objects.filter(picture_id=picture.pk).values_list("piece_id", "piece__kind", "piece__title")
    for piece, kind, title in drafts:
        pieces.setdefault(piece, (kind, title, False))
    return [_used(pk, *one, by) for pk, one in sorted(pieces.items())]


def _used(pk: int, kind: str, title: str, is_public: bool, by: User) -> Used:
    opts = kinds.named(kind).model._meta
    where = _("readers see it now") if is_public else _("not public, or not with this picture")
    if not any(by.has_perm(f"{opts.app_label}.{action}_{opts.model_name}") for action in ("view", "change")):
        return Used("", where, "")
    return Used(title, where, reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[pk]))


# --- What is sent ---------------------------------------------------------------------------------------------------
def recipe_sent(request: HttpRequest) -> Recipe:
    """The covered places of the form; rows without numbers are left out. Raises Refused."""
    sent = request.POST
    columns = [sent.getlist(name) for name in ("kind", "x", "y", "width", "height")]
    try:
        shapes = tuple(
            _shape(kind, *values)
            for kind, *values in zip(*columns, strict=True)
            if kind and any(map(str.strip, values))
        )
        return Recipe(shapes, _fraction(sent["focal_x"]), _fraction(sent["focal_y"]))
    except (KeyError, ValueError) as error:
        raise Refused([Blocker("recipe_unreadable", RECIPE_UNREADABLE, "shapes")]) from error


def _shape(kind: str, x: str, y: str, width: str, height: str) -> Shape:
    """A shape that reaches over the edge ends there: what is drawn by hand often does."""
    left, top = max(0.0, _number(x)), max(0.0, _number(y))
    right, bottom = min(1.0, _number(x) + _number(width)), min(1.0, _number(y) + _number(height))
    return Shape(kind, left, top, right - left, bottom - top)  # type: ignore[arg-type]  # it refuses other kinds


def _number(text: str) -> float:
    """Per cent as a fraction. Raises ValueError."""
    number = float(text.strip().replace(",", "."))
    if not math.isfinite(number):
        raise ValueError(text)
    return number / WHOLE


def _fraction(text: str) -> float:
    return min(1.0, max(0.0, _number(text)))


def preview(request: HttpRequest, picture: Picture) -> HttpResponseBase:
    """A JPEG of what the public would get of the shapes that are sent, made by the same pipeline; nothing is kept."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    by = _person(request)
    if permitting.to_see_original(picture, by):
        raise PermissionDenied
    try:
        recipe = recipe_sent(request)
        (made, *_others) = make_in_workshop(
            storing.originals.read(picture.original_name), recipe, widths=[PREVIEW_WIDTH], formats=["JPEG"]
        )
    except Refused as refusal:
        return _said(" ".join(str(blocker.sentence) for blocker in refusal.blockers))
    except NotAccepted as refusal:
        return _said(refusal.sentence)
    except (FileNotFoundError, Unsafe):
        return _said(_("The preview could not be made. Tell the administrator."))
    response = HttpResponse(made.data, content_type="image/jpeg")
    response.headers["Content-Disposition"] = "inline"
    return response


def _said(sentence: str) -> HttpResponse:
    return HttpResponse(sentence, status=422, content_type="text/plain; charset=utf-8")


# --- Acts -----------------------------------------------------------------------------------------------------------
def act(admin: PictureAdmin, request: HttpRequest, picture: Picture, name: str) -> HttpResponseBase:
    """One act on a picture; after a refusal the page comes back with the reasons and with what was sent."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if name not in ACTS:
        raise Http404
    try:
        done, goes_on = ACTS[name](request, picture, _person(request))
    except Refused as refusal:
        picture.refresh_from_db()
        return page(admin, request, picture, reasons=refusal.blockers)
    if done:
        messages.success(request, done)
    target = "admin:editorial_picture_change" if goes_on else "admin:editorial_picture_changelist"
    return HttpResponseRedirect(reverse(target, args=[picture.pk] if goes_on else []))


def _version(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _save(request: HttpRequest, picture: Picture, by: User) -> tuple[str, bool]:
    """Covered places and tick list, which belong to one look. What is drawn is saved even if the list is not done."""
    version = _version(request)
    if "kind" in request.POST:
        earlier = request.POST.get("take_down_earlier") == "1"
        recipe = recipe_sent(request)
        is_other = recipe.digest() != picture.recipe_digest
        keeping.cover(picture.pk, recipe, by=by, version=version, take_down_earlier=earlier)
        version += is_other
    seen = _seen(request.POST)
    if ticking.missing(seen) and not any(seen.values()):
        return _("Saved. Now go through the tick list."), True
    # A page that comes back goes on from what was just saved.
    request.saved_version = version  # type: ignore[attr-defined]
    keeping.tick(picture.pk, seen, by=by, version=version)
    return _("Saved. The files for readers are being made; that takes a minute."), True


def _about(request: HttpRequest, picture: Picture, by: User) -> tuple[str, bool]:
    form = AboutForm(request.POST)
    if not form.is_valid():
        said = [str(message) for found in form.errors.values() for message in found]
        raise Refused([Blocker("invalid", sentence) for sentence in said])
    subjects = tuple(piece.pk for piece in form.cleaned_data["subjects"])
    said_of_it = Described(form.cleaned_data["label"], form.cleaned_data["credit"], subjects)
    is_changed = keeping.describe(picture.pk, said_of_it, by=by, version=_version(request))
    return (_("Saved.") if is_changed else _("Nothing was changed.")), True


def _retry(request: HttpRequest, picture: Picture, by: User) -> tuple[str, bool]:
    keeping.retry(picture.pk, by=by)
    return _("The files for readers are being made; that takes a minute."), True


def _destroy(request: HttpRequest, picture: Picture, by: User) -> tuple[str, bool]:
    keeping.destroy_original(picture.pk, by=by)
    return _("The original is destroyed. What was made from it stays."), True


def _drop(request: HttpRequest, picture: Picture, by: User) -> tuple[str, bool]:
    keeping.drop(picture.pk, by=by)
    return _("The picture is erased."), False


ACTS = {"save": _save, "about": _about, "retry": _retry, "destroy": _destroy, "drop": _drop}
