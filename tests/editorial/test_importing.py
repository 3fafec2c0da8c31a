"""A document becomes a draft: who may, what it is called, and that nobody's name comes along."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from editorial import importing, workflow
from editorial.blockers import Refused
from editorial.importing import LARGEST_FILE, import_document
from editorial.models import Address, Event, Piece, PieceWriter, State, User
from reading.models import Collection, Page
from research.models import Source, Statistic, Summary
from stories.models import Story
from tests.docx import docx, item, paragraph, picture, table
from tests.makers import Staff, make_page, make_story, make_user, publish

LESSONS = docx(paragraph("What lessons do", style="Title"), paragraph("The bell rang."), item("A book"))


def imported(staff: Staff, data: bytes, *, name: str = "text.md", model: type[Piece] = Page, language: str = "") -> Any:
    piece, _left_out = import_document(model, by=staff.contributor, name=name, data=data, language=language)
    return model._default_manager.get(pk=piece.pk)


def codes(model: type[Piece], by: User, name: str, data: bytes) -> list[str]:
    with pytest.raises(Refused) as refusal:
        import_document(model, by=by, name=name, data=data)
    return [blocker.code for blocker in refusal.value.blockers]


# --- The draft --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("model", [Story, Summary, Page])
def test_document_becomes_a_draft_of_the_kind(staff: Staff, model: type[Piece]) -> None:
    piece = imported(staff, LESSONS, name="lessons.docx", model=model)

    assert (piece.title, piece.slug, piece.language) == ("What lessons do", "what-lessons-do", "en")
    assert piece.body == "<p>The bell rang.</p><ul><li><p>A book</p></li></ul>"
    assert (piece.state, piece.created_by) == (State.DRAFT, staff.contributor)


def test_draft_has_its_first_revision_and_event_as_if_it_had_been_typed(staff: Staff) -> None:
    page = imported(staff, LESSONS, name="lessons.docx")

    assert page.revisions.get().content["body"] == page.body
    assert page.digest == page.digest_now()
    assert list(PieceWriter.objects.filter(piece=page).values_list("user", flat=True)) == [staff.contributor.pk]
    assert Event.objects.filter(subject__contains=page.public_id).latest("pk").verb == "create"


def test_saving_the_imported_text_again_changes_nothing(staff: Staff) -> None:
    page = imported(staff, LESSONS, name="lessons.docx")
    page.save()

    assert workflow.save(page.pk, by=staff.contributor) is None


def test_writer_of_the_import_does_not_approve_it(staff: Staff) -> None:
    writer = make_user(username="both", is_superuser=True)
    piece, _left_out = import_document(Page, by=writer, name="text.md", data=b"# Title\n\nText")
    workflow.submit(piece.pk, by=writer)
    piece.refresh_from_db()

    with pytest.raises(Refused) as refusal:
        workflow.approve(piece.pk, by=writer, digest=piece.digest)

    assert "own_text" in [blocker.code for blocker in refusal.value.blockers]


def test_names_inside_the_document_reach_no_table(staff: Staff) -> None:
    data = docx(paragraph("Title", style="Title"), paragraph("Text", inside=picture()))
    page = imported(staff, data, name="lessons.docx")

    said = [
        page.title,
        page.slug,
        page.body,
        page.revisions.get().content,
        *Event.objects.values_list("fields", flat=True),
    ]
    assert "ecret" not in repr(said)


def test_story_that_is_imported_holds_no_mention(staff: Staff) -> None:
    story = imported(staff, b'# Title\n\nSo many: <data value="statistic:1"></data>.', model=Story)

    assert story.body == "<p>So many: .</p>"


# --- Title, slug, language --------------------------------------------------------------------------------------------
def test_long_title_is_cut_and_stands_whole_over_the_text(staff: Staff) -> None:
    title = "word & " * 40

    page = imported(staff, f"# {title}\n\nText".encode())

    assert len(page.title) == 200
    assert page.title.endswith("…")
    assert page.body == f"<h2>{title.replace('&', '&amp;').strip()}</h2><p>Text</p>"


def test_korean_title_gets_a_slug_that_works(staff: Staff) -> None:
    page = imported(staff, "# 종이 두 번 울렸다\n\n한국어로 쓴 글이다.".encode())

    assert page.slug.startswith("page-")
    assert reverse("reading:page", args=["ko", page.slug])
    assert page.language == "ko"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("# A study of 한글\n\nAbout the letters.", "en"),
        ("# 한글 연구\n\n글자에 관한 글이다. See also.", "ko"),
        ("# 1\n\n2", "en"),
    ],
)
def test_language_is_that_of_the_letters(staff: Staff, text: str, language: str) -> None:
    assert imported(staff, text.encode()).language == language


def test_chosen_language_wins_over_the_letters(staff: Staff) -> None:
    assert imported(staff, b"# Title\n\nText", language="ko").language == "ko"
    assert imported(staff, b"# Title two\n\nText", language="xx").language == "en"


def test_slug_that_is_taken_or_was_once_an_address_gets_a_number(staff: Staff) -> None:
    published = make_page(staff, slug="title")
    publish(published, staff)
    Page.objects.filter(pk=published.pk).update(slug="moved")
    make_page(staff, slug="title-2")

    assert Address.objects.filter(slug="title").exists()
    assert imported(staff, b"# Title\n\nText").slug == "title-3"


def test_same_slug_in_another_language_or_kind_is_free(staff: Staff) -> None:
    story = make_story(staff)
    Story.objects.filter(pk=story.pk).update(slug="title")

    assert imported(staff, b"# Title\n\nText").slug == "title"


# --- Refusals ---------------------------------------------------------------------------------------------------------
def test_who_may_not_begin_a_piece_may_not_import_one(staff: Staff) -> None:
    assert codes(Page, staff.reviewer, "text.md", b"# Title\n\nText") == ["no_permission"]
    assert Page.objects.count() == 0


def test_all_reasons_are_named_at_once(staff: Staff) -> None:
    assert codes(Page, staff.reviewer, "text.md", b"x" * (LARGEST_FILE + 1)) == ["no_permission", "too_big"]


@pytest.mark.parametrize("model", [Collection, Statistic, Source])
def test_kinds_without_a_text_take_no_document(staff: Staff, model: type[Piece]) -> None:
    assert codes(model, staff.editor, "text.md", b"# Title\n\nText") == ["no_permission"]


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("text.pdf", b"x", "unknown_type"),
        ("text.docm", LESSONS, "macros"),
        ("text.docx", b"x", "unreadable"),
        ("text.md", b"", "no_file"),
        ("text.md", b"# Only a title", "empty"),
    ],
)
def test_document_that_cannot_be_read_leaves_nothing_behind(staff: Staff, name: str, data: bytes, code: str) -> None:
    assert codes(Page, staff.contributor, name, data) == [code]
    assert Page.objects.count() == 0


def test_every_refusal_has_a_sentence_with_a_next_step() -> None:
    for sentence in importing.SENTENCES.values():
        assert str(sentence).endswith(".")
        assert str(sentence).count(".") >= 2


# --- At the desk ------------------------------------------------------------------------------------------------------
def client_of(user: User) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    return client


def upload(client: Client, data: bytes, *, name: str = "lessons.docx", **fields: str) -> Any:
    document = SimpleUploadedFile(name, data)
    return client.post(
        reverse("admin:reading_page_import"), {"document": document, "language": "", **fields}, follow=True
    )


@pytest.mark.parametrize("model", ["stories_story", "research_summary", "reading_page"])
def test_list_leads_to_the_import(staff: Staff, model: str) -> None:
    page = client_of(staff.contributor).get(reverse(f"admin:{model}_changelist")).content.decode()

    assert f'href="{reverse(f"admin:{model}_import")}"' in page


@pytest.mark.parametrize("model", ["research_statistic", "research_source", "reading_collection"])
def test_list_of_a_kind_without_a_text_does_not(staff: Staff, model: str) -> None:
    client = client_of(staff.editor)

    assert "/import/" not in client.get(reverse(f"admin:{model}_changelist")).content.decode()
    assert client.get(reverse(f"admin:{model}_import")).status_code == 404


def test_reviewer_is_not_offered_it_and_may_not(staff: Staff) -> None:
    client = client_of(staff.reviewer)

    assert "/import/" not in client.get(reverse("admin:reading_page_changelist")).content.decode()
    assert client.get(reverse("admin:reading_page_import")).status_code == 403
    assert upload(client, LESSONS).status_code == 403
    assert Page.objects.count() == 0


def test_visitor_is_sent_to_log_in(reader: Client, db: None) -> None:
    assert reader.get(reverse("admin:reading_page_import")).status_code == 302


def test_import_goes_on_to_the_form_and_says_what_was_left_out(staff: Staff) -> None:
    body = [paragraph("Title", style="Title"), paragraph("Text", inside=picture()), table("a"), table("b")]

    response = upload(client_of(staff.contributor), docx(*body))

    page = Page.objects.get()
    assert response.redirect_chain == [(reverse("admin:reading_page_change", args=[page.pk]), 302)]
    said = [str(message) for message in response.context["messages"]]
    assert said[0].startswith("Imported as a draft.")
    assert said[1:] == ["Left out: 1 picture, 2 tables."]


@pytest.mark.parametrize(("model", "said"), [("reading_page", 3), ("stories_story", 2)])
def test_way_to_put_sources_back_is_named_where_there_is_one(staff: Staff, model: str, said: int) -> None:
    document = SimpleUploadedFile("text.md", b"# Title\n\nText[^1]\n\n[^1]: A work\n")

    response = client_of(staff.contributor).post(reverse(f"admin:{model}_import"), {"document": document}, follow=True)

    assert len(list(response.context["messages"])) == said


def test_import_that_left_nothing_out_says_no_more(staff: Staff) -> None:
    response = upload(client_of(staff.contributor), LESSONS)

    assert len(list(response.context["messages"])) == 1


def test_hidden_text_is_a_warning_of_its_own(staff: Staff) -> None:
    hidden = "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>Hidden</w:t></w:r></w:p>"

    response = upload(client_of(staff.contributor), docx(paragraph("Title", style="Title"), hidden))

    assert "hidden text" in str(list(response.context["messages"])[1])


def test_refused_document_is_told_of_at_its_field_and_the_language_stays_chosen(staff: Staff) -> None:
    response = upload(client_of(staff.contributor), b"x", name="text.pdf", language="ko")

    page = response.content.decode()
    assert response.status_code == 200
    assert "Only Word documents (.docx) and Markdown (.md) can be imported." in page
    assert '<option value="ko" selected>' in page


def test_too_large_a_document_is_refused_at_the_desk(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    for where in ("editorial.importing", "editorial.admin.importing"):
        monkeypatch.setattr(f"{where}.LARGEST_FILE", 100)

    assert "larger than 10 MB" in upload(client_of(staff.contributor), LESSONS).content.decode()


def test_without_a_document_the_form_asks_for_one(staff: Staff) -> None:
    response = client_of(staff.contributor).post(reverse("admin:reading_page_import"), {"language": "en"})

    assert "Choose a document." in response.content.decode()
