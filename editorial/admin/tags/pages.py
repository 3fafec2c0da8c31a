"""The pages of the tag desk beside list and form: rename and merge (first shown, then done), changes, undo."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from editorial import vocabulary
from editorial.admin.acting import is_id
from editorial.blockers import Refused
from editorial.models import Tag, TagChange, User
from editorial.vocabulary import effects, words
from editorial.vocabulary.effects import Effects
from editorial.vocabulary.guards import may_merge

if TYPE_CHECKING:
    from editorial.admin.tags.desk import TagAdmin

LIST = "admin:editorial_tag_changelist"
FORM = "admin:editorial_tag_change"
CHANGES_ON_A_PAGE = 30


def changes() -> QuerySet[TagChange]:
    """Every rename and merge, the newest first, with the rows that a line about it names."""
    return TagChange.objects.select_related("tag", "into", "by", "undone_by")


def person(request: HttpRequest) -> User:
    """Who asks. Raises PermissionDenied for those whose role it is not."""
    assert isinstance(request.user, User)
    if not may_merge(request.user):
        raise PermissionDenied
    return request.user


def tag_or_404(pk: int) -> Tag:
    tag = Tag.objects.select_related("canonical").filter(pk=pk).first()
    if tag is None:
        raise Http404
    return tag


def rename_page(admin: TagAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows the form and, once it is filled in, what would change; POST does it."""
    by, tag = person(request), tag_or_404(pk)
    typed = request.POST if request.method == "POST" else request.GET
    name, slug = typed.get("name", tag.name), typed.get("slug", tag.slug).strip()
    effect = effects.of_rename(tag, name=name, slug=slug, by=by) if "name" in typed else None

    def act() -> str:
        vocabulary.rename(pk, name=name, slug=slug, by=by)
        return _("Renamed. Readers see it now; the former name and address go on leading to it.")

    context = {"title": _("Rename “{tag}”").format(tag=tag.name), "name": name, "slug": slug}
    return _shown_or_done(admin, request, "admin/tags/rename.html", tag, effect, act, context)


def merge_page(admin: TagAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks for the other tag and then shows what would change; POST does it."""
    by, tag = person(request), tag_or_404(pk)
    typed = request.POST if request.method == "POST" else request.GET
    word = typed.get("word", "").strip()
    into = _meant(typed.get("into", ""), word)
    effect = effects.of_merge(tag, into, by=by) if into else None

    def act() -> str:
        assert into is not None
        vocabulary.merge(pk, into=into.pk, by=by)
        return _("Merged. Everything under “{tag}” is found under “{into}” now.").format(tag=tag.name, into=into.name)

    context = {
        "title": _("Merge “{tag}” into another tag").format(tag=tag.name),
        "word": into.name if into else word,
        "into": into,
        "is_unknown": bool(word) and into is None,
        "near": words.finding(word).exclude(pk=tag.pk)[:8] if word and into is None else [],
        "names": Tag.objects.filter(canonical=F("pk"))
        .exclude(pk=tag.pk)
        .order_by("name")
        .values_list("name", flat=True),
    }
    return _shown_or_done(admin, request, "admin/tags/merge.html", tag, effect, act, context)


def _names_besides(tag: Tag) -> QuerySet[Tag, str]:
    """What the browser offers while one types."""
    others = Tag.objects.filter(canonical=F("pk")).exclude(pk=tag.pk)
    return others.order_by("name").values_list("name", flat=True)


def _meant(pk: str, word: str) -> Tag | None:
    """The tag that was chosen by its id or by any of its words, as the one that stands for it."""
    if is_id(pk):
        chosen = Tag.objects.select_related("canonical").filter(pk=int(pk)).first()
        return chosen.canonical if chosen else None
    named = words.holder(word)
    return named.canonical if named else None


def _shown_or_done(
    admin: TagAdmin,
    request: HttpRequest,
    template: str,
    tag: Tag,
    effect: Effects | None,
    act: Callable[[], str],
    context: dict[str, Any],
) -> HttpResponse:
    """Do it if it was seen as it stands now; else show it, with every reason why it was not done."""
    if request.method not in {"GET", "HEAD", "POST"}:
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    if request.method == "POST" and effect is not None and not effect.blockers:
        if request.POST.get("seen") != effect.seen:
            messages.warning(request, _("Not done: this has changed since you looked. Read again what would change."))
        else:
            try:
                messages.success(request, act())
                return HttpResponseRedirect(reverse(FORM, args=[tag.pk]))
            except Refused as refusal:
                for blocker in refusal.blockers:
                    messages.error(request, _("Not done: %s") % blocker.sentence)
    return _page(admin, request, template, {"tag": tag, "effects": effect} | context)


def changes_page(admin: TagAdmin, request: HttpRequest) -> HttpResponse:
    """Every rename and merge that there was."""
    if not admin.has_view_or_change_permission(request):
        raise PermissionDenied
    page = Paginator(changes(), CHANGES_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"title": _("Renames and merges"), "page": page, "changes": page.object_list}
    return _page(admin, request, "admin/tags/changes.html", context)


def undo_view(admin: TagAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """POST only: takes one rename or merge back, or says what stands in the way."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    by = person(request)
    try:
        change = vocabulary.undo(pk, by=by)
    except Refused as refusal:
        for blocker in refusal.blockers:
            messages.error(request, _("Not undone: %s") % blocker.sentence)
        return HttpResponseRedirect(reverse("admin:editorial_tag_changes"))
    messages.success(request, _("Undone. It is as it was before."))
    return HttpResponseRedirect(reverse(FORM, args=[change.tag_id]))


def _page(admin: TagAdmin, request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    assert isinstance(request.user, User)
    shared = {"opts": admin.opts, "media": admin.media, "may_merge": may_merge(request.user)}
    return TemplateResponse(request, template, admin.admin_site.each_context(request) | shared | context)
