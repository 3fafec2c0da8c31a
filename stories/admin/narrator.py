"""The desk for narrators: the consent role alone. Opening the page of one opens what is sealed, and is recorded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from editorial import events, sharing, workflow
from editorial.admin.acting import is_id
from editorial.admin.choosing import knowing
from editorial.blockers import Refused
from editorial.sealing import CannotOpen
from stories import recording
from stories.admin.consent import person, refused
from stories.admin.narrator_form import NarratorForm
from stories.admin.story import StoryField
from stories.admin.terms import terms_view
from stories.in_force import Standing, labelled, of_narrator
from stories.models import Consent, ConsentEvent, Narrator, Story, StoryNarrator, WithdrawalCase, stories_of
from stories.person import may_read, opened, read_person, write_person

SEALED = gettext_lazy("Names and private words (encrypted)")
View = Callable[..., HttpResponseBase]


class StoryNarratorInline(admin.TabularInline):  # type: ignore[type-arg]
    model = StoryNarrator
    extra = 1
    verbose_name = gettext_lazy("story of this narrator")
    verbose_name_plural = gettext_lazy("stories of this narrator")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        # Without Django's wrapper with links to add and change, which reads each row by itself.
        if db_field.name == "story":
            return StoryField(label=_("Story"))
        return super().formfield_for_dbfield(db_field, request, **kwargs)


@dataclass(frozen=True)
class OfStory:
    """One story of a narrator, with what was recorded for it."""

    story: Story
    consents: list[Consent] = field(default_factory=list)
    standing: list[Standing] = field(default_factory=list)


@admin.register(Narrator)
class NarratorAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """The list opens nothing."""

    form = NarratorForm
    list_display = ("code", "risk_level", "next_review")
    search_fields = ("code",)
    inlines = (StoryNarratorInline,)
    actions = None

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        found = super().get_queryset(request)
        match = request.resolver_match
        return found.defer("sealed") if match and match.url_name == "stories_narrator_changelist" else found

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        form = NarratorForm
        plain = [(None, {"fields": (*form.Meta.fields, "version")})]
        if getattr(request, "is_closed", False) or not may_read(person(request)):
            return plain
        return [
            *plain,
            (SEALED, {"fields": ("names", "terms")}),
            (gettext_lazy("How to reach them safely (encrypted)"), {"fields": form.OF_CONTACT}),
            (gettext_lazy("Who stands beside them (encrypted)"), {"fields": form.PLAIN}),
        ]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        # A class of its own for each request, so this is about this request alone.
        form.person = getattr(request, "opened_person", None)
        form.is_closed = getattr(request, "is_closed", False) or not may_read(person(request))
        return form

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        narrator = self.get_object(request, object_id) if object_id and is_id(str(object_id)) else None
        if narrator is not None and may_read(person(request)) and self.has_view_or_change_permission(request):
            self._open(request, narrator)
        more = self._around(narrator) if narrator else {}
        more["is_closed"] = getattr(request, "is_closed", False)
        return super().changeform_view(request, object_id, form_url, {**more, **(extra_context or {})})

    def _open(self, request: HttpRequest, narrator: Narrator) -> None:
        """To be shown, which is recorded; on a POST only to see that it can be."""
        try:
            if request.method in {"GET", "HEAD"}:
                request.opened_person = read_person(narrator, by=person(request))  # type: ignore[attr-defined]
            else:
                opened(narrator)
        except CannotOpen as closed:
            request.is_closed = True  # type: ignore[attr-defined]
            messages.error(request, str(closed))

    def _around(self, narrator: Narrator) -> dict[str, Any]:
        """What stands under the form."""
        links = narrator.story_narrators.select_related("story").order_by("story__title")
        of_story = {link.story_id: OfStory(link.story) for link in links}
        for consent in narrator.consents.select_related("story"):
            of_story.setdefault(consent.story_id, OfStory(consent.story)).consents.append(consent)
        for story, said in of_narrator(narrator.pk, list(of_story), timezone.now()).items():
            of_story[story].standing.extend(said)
        return {
            "of_stories": list(of_story.values()),
            "events": labelled(narrator.consent_events.select_related("by", "story")),
            "cases": _with_addresses(narrator.withdrawal_cases.select_related("story")),
            "of_person": [(what.value, what.label) for what in recording.OF_PERSON],
            "of_story": [(what.value, what.label) for what in recording.OF_STORY],
            "is_lost": _is_lost(narrator),
        }

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> Any:
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        if request.method == "GET" and is_id(request.GET.get("story", "")) and obj.pk is None:
            kwargs["initial"] = [{"story": int(request.GET["story"])}]
        return kwargs

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        if request.method == "GET":
            knowing(context["adminform"].form, context["inline_admin_formsets"])
        return super().render_change_form(request, context, *args, **kwargs)

    # --- Saving ---------------------------------------------------------------------------------------------------
    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        if request.method == "POST" and is_id(str(object_id)):
            with_lock = Narrator.objects.select_for_update(no_key=True).filter(pk=int(object_id))
            if _in_transaction():
                list(with_lock.values_list("pk", flat=True))
        return super().get_object(request, object_id, from_field)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not form.is_closed:
            write_person(obj, form.typed_person(opened(obj)), by=person(request))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        before = set(stories_of([form.instance.pk]))
        super().save_related(request, form, formsets, change)
        by = person(request)
        stories = {*before, *stories_of([form.instance.pk])}
        workflow.reclear(*stories, by=by)
        if any(formset.has_changed() for formset in formsets):
            sharing.void_leaves(stories)
        plain = [name for name in form.changed_data if name in NarratorForm.Meta.fields]
        events.record(
            "change_narrator" if change else "add_narrator", by=by, subject=f"narrator {form.instance}", fields=plain
        )

    def construct_change_message(self, request: Any, form: Any, formsets: Any, add: bool = False) -> Any:
        """Nothing of the sealed fields, not even that one was typed into: our own record says what is needed."""
        return [{"added": {}}] if add else [{"changed": {"fields": []}}]

    # --- Views of their own ---------------------------------------------------------------------------------------
    def get_urls(self) -> list[URLPattern]:
        def wrapped(view: View) -> View:
            return self.admin_site.admin_view(view)

        return [
            path("terms/", wrapped(self.terms_view), name="stories_narrator_terms"),
            path("<int:pk>/note/", wrapped(self.note_view), name="stories_narrator_note"),
            *super().get_urls(),
        ]

    def terms_view(self, request: HttpRequest) -> HttpResponseBase:
        return terms_view(self, request)

    def note_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """POST only: what happened, to the narrator or to one of the stories."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_change_permission(request):
            raise PermissionDenied
        what, story = request.POST.get("what", ""), request.POST.get("story", "")
        try:
            if story:
                recording.note_of_story(pk, int(story) if is_id(story) else 0, what, by=person(request))
            else:
                recording.note_of_narrator(pk, what, by=person(request))
            messages.success(request, _("Noted."))
        except Refused as refusal:
            refused(request, refusal)
        return HttpResponseRedirect(reverse("admin:stories_narrator_change", args=[pk]))


def _in_transaction() -> bool:
    from django.db import connection

    return connection.in_atomic_block


def _is_lost(narrator: Narrator) -> bool:
    """Whether the last that is known of the contact is that it was lost."""
    kinds = (ConsentEvent.What.CONTACT_LOST, ConsentEvent.What.CONTACT_FOUND)
    last = narrator.consent_events.filter(what__in=kinds).order_by("-at", "-pk").first()
    return last is not None and last.what == ConsentEvent.What.CONTACT_LOST


def _with_addresses(cases: Any) -> list[tuple[WithdrawalCase, str]]:
    """Each withdrawal with the page that follows it up, where there is one."""
    found = []
    for case in cases:
        try:
            url = reverse("admin:stories_withdrawalcase_change", args=[case.pk])
        except NoReverseMatch:
            url = ""
        found.append((case, url))
    return found
