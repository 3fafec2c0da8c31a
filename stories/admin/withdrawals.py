"""The cases of what was taken back: the list, and one case with every place and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from editorial import remembering
from editorial.admin.acting import is_id, without_nul
from editorial.blockers import Blocker, Refused
from editorial.comments import named
from editorial.models import User
from stories import following_up, guessing, surfaces
from stories.admin.taking_back import what_words
from stories.models import CaseSurface, ExternalCopy, WithdrawalCase

Text = str | Promise
OPEN = Q(surfaces__state__in=[state for state in CaseSurface.State if state not in surfaces.SETTLED])


@dataclass(frozen=True)
class Row:
    """One place of a case."""

    surface: str
    label: Text
    hint: Text
    row: CaseSurface
    by: str
    #: A person says what became of it.
    is_by_hand: bool

    @property
    def is_settled(self) -> bool:
        return self.row.state in surfaces.SETTLED


class IsOpen(admin.SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "open"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("all", _("All"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset if self.value() == "all" else queryset.filter(closed_at__isnull=True)

    def choices(self, changelist: Any) -> Any:
        for value, label in ((None, _("Open")), ("all", _("All"))):
            query = changelist.get_query_string({self.parameter_name: value} if value else {}, [self.parameter_name])
            yield {"selected": self.value() == value, "query_string": query, "display": label}


@admin.register(WithdrawalCase)
class WithdrawalCaseAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """For publishers and the consent role. A case is opened by a withdrawal alone, and never deleted."""

    list_display = ("code", "story_title", "what", "source", "received_at", "effective_at", "unsettled", "told_at")
    list_filter = (IsOpen,)
    list_select_related = ("story",)
    change_list_template = "admin/stories/withdrawals.html"
    actions = None

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        return lookup == IsOpen.parameter_name

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        found: QuerySet[Any] = super().get_queryset(request).annotate(left=Count("surfaces", filter=OPEN))
        return found

    @admin.display(description=gettext_lazy("story"))
    def story_title(self, case: Any) -> str:
        return str(case.story.title or _("erased"))

    @admin.display(description=gettext_lazy("what"))
    def what(self, case: Any) -> str:
        return what_words(case)

    @admin.display(description=gettext_lazy("not settled"))
    def unsettled(self, case: Any) -> int:
        return int(case.left)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        context = {"trouble": remembering.trouble(), "guessed": _guessed()} | (extra_context or {})
        return super().changelist_view(request, context)

    # --- One case -------------------------------------------------------------------------------------------------
    def get_urls(self) -> list[URLPattern]:
        act = self.admin_site.admin_view(self.act_view)
        return [path("<int:pk>/do/", act, name="stories_withdrawalcase_do"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        return self._page(request, self._found(request, object_id))

    def act_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """POST only: one act on one case. A refusal keeps what was typed."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        case = self._found(request, str(pk))
        assert isinstance(request.user, User)
        data = without_nul(request.POST)
        try:
            messages.success(request, act(case, request.user, data))
        except Refused as refusal:
            return self._page(request, case, refusal.blockers, data)
        return HttpResponseRedirect(reverse("admin:stories_withdrawalcase_change", args=[pk]))

    def _found(self, request: HttpRequest, object_id: str) -> WithdrawalCase:
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = WithdrawalCase.objects.select_related("story", "narrator", "by", "told_by", "closed_by")
        case = rows.filter(pk=int(object_id)).first() if is_id(object_id) else None
        if case is None:
            raise Http404
        return case

    def _page(
        self, request: HttpRequest, case: WithdrawalCase, reasons: list[Blocker] | None = None, typed: Any = None
    ) -> HttpResponse:
        by = request.user
        assert isinstance(by, User)
        found = list(case.surfaces.select_related("by"))
        told = next((row for row in found if row.surface == following_up.NARRATOR), None)
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Withdrawal %(code)s") % {"code": case.code},
            "case": case,
            "what": what_words(case),
            "who": named(case.by) if case.by else "",
            "narrator": case.narrator if by.has_perm("stories.view_narrator") else None,
            "story_url": reverse("admin:stories_story_change", args=[case.story_id]),
            "rows": rows_of(found),
            "told_note": told.note if told else "",
            "told_by": named(case.told_by) if case.told_by else "",
            "closed_by": named(case.closed_by) if case.closed_by else "",
            "due": following_up.due(case),
            "is_late": case.told_at is None and following_up.due(case) < timezone.now(),
            "copies": case.story.external_copies.select_related("noted_by"),
            "kinds": ExternalCopy.Kind.choices,
            "said": [(state.value, state.label) for state in following_up.SAID],
            "against_telling": following_up.to_tell(case, by),
            "against_closing": following_up.to_close(case, by),
            "reasons": reasons or [],
            "typed": typed or {},
            "trouble": remembering.trouble(),
        }
        return render(request, "admin/stories/withdrawal.html", context, status=422 if reasons else 200)


def rows_of(found: list[CaseSurface]) -> list[Row]:
    """In the order of the registry; of a place that is no longer in it by its name."""
    by_name = {row.surface: row for row in found if row.surface != following_up.NARRATOR}
    rows = []
    for surface in surfaces.every():
        if (row := by_name.pop(surface.name, None)) is not None:
            by = named(row.by) if row.by else ""
            rows.append(Row(surface.name, surface.label, surface.hint, row, by, surface.check is None))
    rows += [Row(name, name, "", row, named(row.by) if row.by else "", False) for name, row in by_name.items()]
    return rows


def _guessed() -> int:
    """How many wrong codes were tried in the last hour, where that is very many."""
    count = guessing.wrong_in_an_hour(timezone.now())
    return count if count >= guessing.FROM_ANYWHERE else 0


def act(case: WithdrawalCase, by: User, data: Any) -> str:
    """Do what the posted form says; what became of it, in words. Raises Refused."""
    do = data.get("do", "")
    if do == "look":
        following_up.look_again(case.pk, by=by)
        return _("Looked at every place again.")
    if do == "mark":
        following_up.mark(case.pk, data.get("surface", ""), data.get("state", ""), by=by, note=data.get("note", ""))
        return _("Noted.")
    if do == "copy":
        following_up.add_copy(case.pk, data.get("kind", ""), data.get("where", ""), by=by)
        return _("Noted. Say below what became of it.")
    if do == "tell":
        following_up.tell(case.pk, by=by, how=data.get("how", ""))
        return _("Recorded that the narrator was told.")
    if do == "close":
        following_up.close(case.pk, by=by)
        return _("Closed.")
    raise Refused([Blocker("no_such_act", gettext_lazy("That is nothing to do here. Reload the page."))])
