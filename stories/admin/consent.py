"""The desk for consents: the consent role alone. They are recorded and read, never changed or deleted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from editorial.admin.acting import is_id
from editorial.blockers import Refused
from editorial.models import User
from editorial.sealing import CannotOpen
from stories import evidence, in_force, receipts, recording
from stories.admin.consent_form import ConsentForm, Day, after, beginning
from stories.models import Consent, Evidence, Narrator, Story
from stories.person import may_read

#: What a new record may be in place of another.
REPLACING = {"renewed": gettext_lazy("Renew a consent"), "narrowed": gettext_lazy("Narrow a consent")}
TO_READ = ("narrator", "story", "notice", "asked_by", "recorded_by", "replaces")
View = Callable[..., HttpResponseBase]


def person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def refused(request: HttpRequest, refusal: Refused) -> None:
    """Every reason, as messages."""
    for blocker in refusal.blockers:
        messages.error(request, str(blocker.sentence))


@admin.register(Consent)
class ConsentAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """For the consent role alone. Recording works out at once where the story may be shown."""

    list_display = ("narrator", "story_title", "basis", "valid_from", "valid_until")
    list_select_related = ("narrator", "story")
    search_fields = ("narrator__code",)
    actions = None

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("story"))
    def story_title(self, consent: Any) -> str:
        return str(consent.story.title)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        def wrapped(view: View) -> View:
            return self.admin_site.admin_view(view)

        return [
            path("<int:pk>/receipt/", wrapped(self.receipt_view), name="stories_consent_receipt"),
            path("<int:pk>/receipt.json", wrapped(self.receipt_json_view), name="stories_consent_receipt_json"),
            path("<int:pk>/do/<slug:what>/", wrapped(self.do_view), name="stories_consent_do"),
            path("<int:pk>/file/<int:file>/", wrapped(self.file_view), name="stories_consent_file"),
            *super().get_urls(),
        ]

    # --- Recording ------------------------------------------------------------------------------------------------
    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """`?narrator=` and `?story=` fill it in; `?replaces=` with `?as=renewed` or narrowed repeats a consent."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        by, asked = person(request), request.GET
        replaced = self._found(asked["replaces"]) if "replaces" in asked else None
        what = asked.get("as", "renewed") if replaced else "given"
        if what not in {*REPLACING, "given"}:
            raise Http404
        kind: dict[str, Any] = {"by": by, "replaces": replaced, "what": what}
        if request.method == "POST":
            form = ConsentForm(request.POST, request.FILES, **kind)
            if form.is_valid():
                try:
                    made = recording.record(form.draft(), by=by, files=form.cleaned_data["uploads"])
                except Refused as refusal:
                    form.take(refusal.blockers)
                else:
                    messages.success(request, _("Recorded. Where the story may be shown follows from it at once."))
                    return HttpResponseRedirect(reverse("admin:stories_consent_change", args=[made.pk]))
        else:
            narrator, story = _one(Narrator, asked.get("narrator")), _one(Story, asked.get("story"))
            first = after(replaced, what, by) if replaced else beginning(narrator, story, by)
            form = ConsentForm(initial=first, **kind)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": REPLACING.get(what, _("Record a consent")),
            "form": form,
            "replaced": replaced,
            "what": what,
            "media": self.media + form.media,
            "is_nav_sidebar_enabled": False,
        }
        status = 422 if form.is_bound else 200
        return TemplateResponse(request, "admin/stories/consent/record.html", context, status=status)

    # --- Reading --------------------------------------------------------------------------------------------------
    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The record as it stands. Nothing on this page changes what it says."""
        made, by = self._seen(request, object_id), person(request)
        interpreter, is_closed = "", False
        if may_read(by) and request.method in {"GET", "HEAD"}:
            try:
                interpreter = recording.read_interpreter(made, by=by)
            except CannotOpen:
                is_closed = True
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Consent of {narrator}").format(narrator=made.narrator),
            "consent": made,
            "interpreter": interpreter,
            "is_closed": is_closed,
            "lines": receipts.lines(made),
            "files": made.files.all(),
            "events": in_force.labelled(in_force.since(made)),
            "replaced_by": made.replaced_by.all(),
            "may_record": self.has_add_permission(request),
            "may_read": may_read(by),
            "review": Day().widget.render("on", made.review_on, {"id": "review-on"}),
        }
        return TemplateResponse(request, "admin/stories/consent/consent.html", context)

    def file_view(self, request: HttpRequest, pk: int, file: int) -> HttpResponseBase:
        """One file as it was uploaded, to be saved and not shown; each reading is recorded."""
        if request.method != "GET":
            return HttpResponseNotAllowed(["GET"])
        if not may_read(person(request)):
            raise PermissionDenied
        one = Evidence.objects.select_related("consent__narrator").filter(pk=file, consent_id=pk).first()
        if one is None:
            raise Http404
        try:
            data = evidence.read(one, by=person(request))
        except Refused as refusal:
            refused(request, refusal)
            return HttpResponseRedirect(reverse("admin:stories_consent_change", args=[pk]))
        except CannotOpen as closed:
            messages.error(request, str(closed))
            return HttpResponseRedirect(reverse("admin:stories_consent_change", args=[pk]))
        headers = {
            "Content-Disposition": f'attachment; filename="{evidence.filename_of(one)}"',
            "Cache-Control": "no-store",
            "Content-Security-Policy": "sandbox",
        }
        return HttpResponse(data, content_type="application/octet-stream", headers=headers)

    def receipt_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """To print or to show, in the language of what the narrator was told."""
        made = self._seen(request, str(pk))
        language, now = receipts.language_of(made), timezone.now()
        with translation.override(language):
            context = {
                "consent": made,
                "lines": receipts.lines(made, now),
                "happened": receipts.happened(made),
                "now": now,
                "language": language,
                "record_id": receipts.record_id(made),
                "withdrawal_url": receipts.withdrawal_url(language),
            }
            return TemplateResponse(request, "admin/stories/consent/receipt.html", context).render()

    def receipt_json_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The same for machines, to be saved."""
        made = self._seen(request, str(pk))
        name = f'attachment; filename="{receipts.record_id(made)}.json"'
        return JsonResponse(
            receipts.as_json(made),
            headers={"Content-Disposition": name},
            json_dumps_params={"ensure_ascii": False, "indent": 2},
        )

    # --- What happened later --------------------------------------------------------------------------------------
    def do_view(self, request: HttpRequest, pk: int, what: str) -> HttpResponseBase:
        """POST only: receipt given or declined, day of review, or that it never held."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        self._seen(request, str(pk))
        try:
            self._do(request, pk, what)
        except Refused as refusal:
            refused(request, refusal)
        return HttpResponseRedirect(reverse("admin:stories_consent_change", args=[pk]))

    def _do(self, request: HttpRequest, pk: int, what: str) -> None:
        by = person(request)
        if what == "receipt":
            recording.note_receipt(pk, request.POST.get("receipt", ""), by=by)
            messages.success(request, _("Noted."))
        elif what == "review":
            field = Day(required=False)
            typed = request.POST.get("on", "")
            recording.set_review(pk, field.clean(typed), by=by)
            messages.success(request, _("Noted. My work reminds you."))
        elif what == "invalidate":
            recording.invalidate(pk, by=by)
            messages.success(request, _("Recorded. What it granted has ended, and readers see nothing of it any more."))
        else:
            raise Http404

    def _found(self, object_id: str) -> Consent:
        found = Consent.objects.select_related(*TO_READ).prefetch_related("grants", "events")
        made = found.filter(pk=int(object_id)).first() if is_id(str(object_id)) else None
        if made is None:
            raise Http404
        return made

    def _seen(self, request: HttpRequest, object_id: str) -> Consent:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self._found(object_id)


def _one(model: Any, pk: str | None) -> Any:
    """A row named in an address, if it is there."""
    return model.objects.filter(pk=int(pk)).first() if pk and is_id(pk) else None
