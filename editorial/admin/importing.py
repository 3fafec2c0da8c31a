"""The page at the desk on which a document becomes a draft."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseNotAllowed, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from editorial.blockers import Refused
from editorial.documents import LeftOut
from editorial.importing import LARGEST_FILE, TEXT, can_be_imported, import_document, may_import
from editorial.models import User

if TYPE_CHECKING:
    from editorial.admin.piece import PieceAdmin
    from editorial.admin.piece_list import PieceList

BY_ITS_LETTERS = ("", gettext_lazy("As the text is written"))


class ImportForm(forms.Form):
    """A file and the language of its text."""

    document = forms.FileField(
        label=gettext_lazy("Document"),
        help_text=gettext_lazy("A Word document (.docx) or Markdown (.md), at most 10 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".docx,.md,.markdown"}),
        error_messages={
            "required": gettext_lazy("Choose a document."),
            "empty": gettext_lazy("Choose a document that is not empty."),
        },
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), choices=[BY_ITS_LETTERS, *settings.LANGUAGES], required=False
    )


def import_url(admin: PieceList, request: HttpRequest) -> str:
    """Where a document of this kind is imported; nothing for those who may not, and for kinds without a text."""
    assert isinstance(request.user, User)
    if not may_import(admin.model, request.user):
        return ""
    return reverse(f"admin:{admin.opts.app_label}_{admin.opts.model_name}_import")


def import_view(admin: PieceAdmin, request: HttpRequest) -> HttpResponseBase:
    """GET shows the form; POST makes the draft and goes on to it."""
    if request.method not in {"GET", "HEAD", "POST"}:
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    if not can_be_imported(admin.model):
        raise Http404
    assert isinstance(request.user, User)
    if not may_import(admin.model, request.user):
        raise PermissionDenied
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        pk = _imported(admin, request, request.user, form)
        if pk is not None:
            return HttpResponseRedirect(admin.form_url(pk))
    context = {
        **admin.admin_site.each_context(request),
        "opts": admin.opts,
        "title": format_lazy(gettext_lazy("Import a document as a draft ({kind})"), kind=admin.opts.verbose_name),
        "form": form,
    }
    return TemplateResponse(request, "admin/piece/import.html", context)


def _imported(admin: PieceAdmin, request: HttpRequest, by: User, form: ImportForm) -> int | None:
    """The number of the new draft; none, with the reasons at the field, when it was refused."""
    upload = form.cleaned_data["document"]
    # One byte more than is allowed says as much as the whole of it.
    data = upload.read(LARGEST_FILE + 1)
    try:
        piece, left_out = import_document(
            admin.model, by=by, name=upload.name, data=data, language=form.cleaned_data["language"]
        )
    except Refused as refusal:
        for blocker in refusal.blockers:
            form.add_error("document" if blocker.field else None, str(blocker.sentence))
        return None
    messages.success(request, _("Imported as a draft. Check title, language and slug, then read the text through."))
    text: Any = admin.model._meta.get_field(TEXT)
    for sentence in sentences_of(left_out, has_sources="Citation" in text.holds):
        messages.warning(request, sentence)
    return int(piece.pk)


def sentences_of(left_out: LeftOut, *, has_sources: bool) -> list[str]:
    """What did not come along, counted, and what to do about it."""
    counted: list[tuple[int, Any]] = [
        (left_out.pictures, ngettext("%d picture", "%d pictures", left_out.pictures)),
        (left_out.tables, ngettext("%d table", "%d tables", left_out.tables)),
        (left_out.remarks, ngettext("%d comment", "%d comments", left_out.remarks)),
        (left_out.notes, ngettext("%d footnote", "%d footnotes", left_out.notes)),
    ]
    said = [words % number for number, words in counted if number]
    found = []
    if said:
        found.append(_("Left out: %s.") % ", ".join(said))
    if left_out.notes and has_sources:
        found.append(_("Put what the footnotes cited back in with “Source” over the text."))
    if left_out.had_hidden_text:
        found.append(_("The document held hidden text, which can be seen now. Look for what must not stay."))
    return found
