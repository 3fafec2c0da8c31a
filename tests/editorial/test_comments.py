"""Comments: who may say what about which piece, who hears of it, and that none of it is ever public."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from editorial import comments, kinds, workflow
from editorial.admin.commenting import BY_SCRIPT
from editorial.blockers import Refused
from editorial.models import Comment, Event, Notice, Piece, SiteState, User
from stories.models import Story
from tests.makers import Staff, make_page, make_source, make_story, make_summary, make_user, publish


def logged_in(user: User) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    return client


def page_url(piece: Piece, name: str = "comments") -> str:
    return reverse(f"admin:{piece._meta.app_label}_{piece._meta.model_name}_{name}", args=[piece.pk])


def with_mail(*users: User) -> None:
    for user in users:
        user.email = f"{user.get_username()}@example.org"
        user.save(update_fields=["email"])


def codes(refusal: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {blocker.code for blocker in refusal.value.blockers}


def told(user: User) -> list[str]:
    return list(Notice.objects.filter(user=user).values_list("what", flat=True))


# --- Saying something -----------------------------------------------------------------------------------------------
def test_whoever_sees_the_piece_may_comment(staff: Staff) -> None:
    story = make_story(staff)

    for person in (staff.contributor, staff.editor, staff.reviewer, staff.publisher, staff.consent_officer):
        comments.add(story.pk, by=person, body="A thought.")

    assert Comment.objects.filter(piece_id=story.pk).count() == 5


def test_whoever_does_not_see_the_piece_may_not(staff: Staff) -> None:
    story = make_story(staff)

    with pytest.raises(Refused) as refusal:
        comments.add(story.pk, by=make_user(), body="A thought.")

    assert codes(refusal) == {"no_such_piece"}


def test_hidden_piece_and_no_piece_are_refused_alike(staff: Staff) -> None:
    stranger = make_user()
    with pytest.raises(Refused) as hidden:
        comments.add(make_story(staff).pk, by=stranger, body="A thought.")
    with pytest.raises(Refused) as missing:
        comments.add(9_999_999, by=stranger, body="A thought.")

    assert hidden.value.blockers == missing.value.blockers


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_staff": False}])
def test_who_left_the_staff_says_nothing_any_more(staff: Staff, change: dict[str, bool]) -> None:
    story = make_story(staff)
    User.objects.filter(pk=staff.editor.pk).update(**change)

    with pytest.raises(Refused):
        comments.add(story.pk, by=User.objects.get(pk=staff.editor.pk), body="A thought.")


@pytest.mark.parametrize("body", ["", "   \n", "\u202e\x00"])
def test_empty_comment_is_refused(staff: Staff, body: str) -> None:
    with pytest.raises(Refused) as refusal:
        comments.add(make_story(staff).pk, by=staff.editor, body=body)

    assert codes(refusal) == {"no_text"}


def test_every_reason_is_said_at_once(staff: Staff) -> None:
    story = make_story(staff)

    with pytest.raises(Refused) as refusal:
        comments.add(story.pk, by=staff.editor, body="x" * 4001, quote="y" * 401, field="digest_key")

    assert codes(refusal) == {"too_long", "quote_too_long", "no_such_field"}


def test_longest_comment_is_kept_whole(staff: Staff) -> None:
    comment = comments.add(make_story(staff).pk, by=staff.editor, body="한" * 4000, quote="글" * 400)

    assert (len(comment.body), len(comment.quote)) == (4000, 400)


def test_controls_and_direction_overrides_are_taken_out(staff: Staff) -> None:
    comment = comments.add(make_story(staff).pk, by=staff.editor, body="one\x00 \u202etwo\r\nthree")

    assert comment.body == "one two\nthree"


@pytest.mark.parametrize("field", ["created_by", "digest_key", "narrators", "state", "lock_version", "nonsense"])
def test_only_fields_of_the_form_can_be_commented_on(staff: Staff, field: str) -> None:
    with pytest.raises(Refused) as refusal:
        comments.add(make_story(staff).pk, by=staff.editor, body="A thought.", field=field)

    assert codes(refusal) == {"no_such_field"}


@pytest.mark.parametrize("kind", [kind.name for kind in kinds.every()])
def test_fields_are_those_of_the_form_of_the_kind(kind: str) -> None:
    from django.contrib import admin

    model = kinds.named(kind).model
    fieldsets = admin.site.get_model_admin(model).get_fieldsets(None, None)  # type: ignore[arg-type]
    rows = [row for _name, options in fieldsets for row in options["fields"]]
    in_form = {name for row in rows for name in (row if isinstance(row, tuple | list) else [row])}

    assert set(comments.fields_of(model)) == in_form


def test_erased_piece_takes_no_comment(staff: Staff) -> None:
    story = make_story(staff)
    Piece.objects.filter(pk=story.pk).update(erased_at=timezone.now())

    with pytest.raises(Refused) as refusal:
        comments.add(story.pk, by=staff.editor, body="A thought.")

    assert codes(refusal) == {"erased"}


# --- Answering, resolving -------------------------------------------------------------------------------------------
def test_answer_stands_under_its_comment(staff: Staff) -> None:
    story = make_story(staff)
    head = comments.add(story.pk, by=staff.reviewer, body="Is this so?")
    comments.add(story.pk, by=staff.contributor, body="It is.", reply_to=head.pk)

    (thread,) = comments.talk_about(story, staff.editor, now=timezone.now()).open

    assert [answer.comment.body for answer in thread.replies] == ["It is."]


def test_comment_of_another_piece_cannot_be_answered(staff: Staff) -> None:
    elsewhere = comments.add(make_story(staff).pk, by=staff.reviewer, body="Elsewhere.")

    with pytest.raises(Refused) as refusal:
        comments.add(make_story(staff).pk, by=staff.editor, body="Here.", reply_to=elsewhere.pk)

    assert codes(refusal) == {"no_such_comment"}


def test_answer_cannot_be_answered(staff: Staff) -> None:
    story = make_story(staff)
    head = comments.add(story.pk, by=staff.reviewer, body="Is this so?")
    answer = comments.add(story.pk, by=staff.contributor, body="It is.", reply_to=head.pk)

    with pytest.raises(Refused) as refusal:
        comments.add(story.pk, by=staff.editor, body="Really?", reply_to=answer.pk)

    assert codes(refusal) == {"is_reply"}


def test_resolved_comment_is_opened_before_it_is_answered(staff: Staff) -> None:
    story = make_story(staff)
    head = comments.add(story.pk, by=staff.reviewer, body="Is this so?")
    comments.resolve(story.pk, head.pk, by=staff.editor)
    with pytest.raises(Refused) as refusal:
        comments.add(story.pk, by=staff.editor, body="Really?", reply_to=head.pk)
    comments.reopen(story.pk, head.pk, by=staff.editor)

    comments.add(story.pk, by=staff.editor, body="Really?", reply_to=head.pk)

    assert codes(refusal) == {"resolved"}


@pytest.mark.parametrize("who", ["contributor", "editor", "publisher"])
def test_writer_editor_and_commenter_resolve(staff: Staff, who: str) -> None:
    story = make_story(staff)
    comment = comments.add(story.pk, by=staff.publisher, body="Is this so?")

    comments.resolve(story.pk, comment.pk, by=getattr(staff, who))

    comment.refresh_from_db()
    assert comment.resolved_by == getattr(staff, who)


def test_others_do_not_resolve(staff: Staff) -> None:
    story = make_story(staff)
    comment = comments.add(story.pk, by=staff.publisher, body="Is this so?")

    with pytest.raises(Refused) as refusal:
        comments.resolve(story.pk, comment.pk, by=staff.reviewer)

    assert codes(refusal) == {"not_yours"}


def test_comment_is_not_resolved_through_another_piece(staff: Staff) -> None:
    own = make_story(staff)
    comment = comments.add(make_story(staff).pk, by=staff.reviewer, body="Elsewhere.")

    with pytest.raises(Refused) as refusal:
        comments.resolve(own.pk, comment.pk, by=staff.editor)

    assert codes(refusal) == {"no_such_comment"}


# --- Mentions and notices -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "body", ["@reviewer look", "Ask @reviewer.", "(@reviewer)", "@reviewer님께", "@Nobody @reviewer"]
)
def test_mention_is_found_in_a_sentence(staff: Staff, body: str) -> None:
    assert comments.mentioned(body, make_story(staff)) == [staff.reviewer]


@pytest.mark.parametrize("body", ["mail@reviewer", "@reviewe", "reviewer", "@@reviewer"])
def test_what_is_no_mention_calls_nobody(staff: Staff, body: str) -> None:
    assert comments.mentioned(body, make_story(staff)) == []


def test_whoever_does_not_see_the_piece_cannot_be_mentioned(staff: Staff) -> None:
    make_user(username="outsider")

    assert comments.mentioned("@outsider", make_story(staff)) == []


def test_mentions_have_a_limit(staff: Staff, django_assert_num_queries: Any) -> None:
    story = make_story(staff)
    body = " ".join(f"@somebody{number}" for number in range(400)) + " @reviewer"

    with django_assert_num_queries(1):
        assert comments.mentioned(body, story) == []


def test_writers_reviewer_and_submitter_are_told(staff: Staff) -> None:
    with_mail(staff.contributor, staff.editor, staff.reviewer, staff.publisher)
    story = make_story(staff)
    workflow.submit(story.pk, by=staff.editor)
    Piece.objects.filter(pk=story.pk).update(reviewer=staff.reviewer)

    comments.add(story.pk, by=staff.consent_officer, body="A thought.")

    assert [told(person) for person in (staff.contributor, staff.editor, staff.reviewer)] == [["commented"]] * 3
    assert told(staff.publisher) == []


def test_whoever_is_mentioned_is_told_once(staff: Staff) -> None:
    with_mail(staff.contributor)

    comments.add(make_story(staff).pk, by=staff.editor, body="@contributor, @contributor!")

    assert told(staff.contributor) == ["mentioned"]


def test_nobody_is_told_of_what_they_say_themselves(staff: Staff) -> None:
    with_mail(staff.contributor)

    comments.add(make_story(staff).pk, by=staff.contributor, body="A note to myself, @contributor.")

    assert told(staff.contributor) == []


def test_whose_comment_is_answered_is_told(staff: Staff) -> None:
    with_mail(staff.publisher)
    story = make_story(staff)
    head = comments.add(story.pk, by=staff.publisher, body="Is this so?")

    comments.add(story.pk, by=staff.editor, body="It is.", reply_to=head.pk)

    assert told(staff.publisher) == ["commented"]


# --- Reading them ---------------------------------------------------------------------------------------------------
def test_passage_that_stands_there_has_not_changed(staff: Staff) -> None:
    story = make_story(staff)
    Story.objects.filter(pk=story.pk).update(body="<p>The <em>bell</em> rang</p><p>twice &amp; stopped.</p>")
    workflow.save(story.pk, by=staff.contributor)
    comments.add(story.pk, by=staff.editor, body="Loud?", quote="bell  rang\n\ntwice & stopped", field="body")

    (said,) = comments.talk_about(story, staff.editor, now=timezone.now()).open

    assert not said.is_changed


def test_passage_that_is_gone_has_changed(staff: Staff) -> None:
    story = make_story(staff)
    comments.add(story.pk, by=staff.editor, body="Loud?", quote="The bell rang", field="body")
    Story.objects.filter(pk=story.pk).update(body="<p>Nothing rang.</p>")
    workflow.save(story.pk, by=staff.contributor)

    (said,) = comments.talk_about(story, staff.editor, now=timezone.now()).open

    assert said.is_changed


def test_passage_of_a_finding_is_looked_for_too(staff: Staff) -> None:
    summary = make_summary(staff)
    comments.add(summary.pk, by=staff.editor, body="Which?", quote="The survey counted")

    (said,) = comments.talk_about(summary, staff.editor, now=timezone.now()).open

    assert not said.is_changed


@pytest.mark.parametrize("count", [1, 40])
def test_rail_costs_two_queries_for_any_number(staff: Staff, count: int, django_assert_num_queries: Any) -> None:
    story = make_story(staff)
    for number in range(count):
        head = comments.add(story.pk, by=staff.editor, body=f"Thought {number}", quote="The bell rang")
        comments.add(story.pk, by=staff.reviewer, body="Indeed.", reply_to=head.pk)
        comments.resolve(story.pk, head.pk, by=staff.editor)
    contributor = User.objects.get(pk=staff.contributor.pk)
    contributor.has_perm("editorial.edit_any_piece")

    with django_assert_num_queries(2):
        talk = comments.talk_about(story, contributor, now=timezone.now())

    assert [len(said.replies) for said in talk.resolved] == [1] * count


@pytest.mark.parametrize("who", ["contributor", "editor", "reviewer", "publisher"])
def test_rail_offers_to_resolve_what_the_service_would(staff: Staff, who: str) -> None:
    story, person = make_story(staff), getattr(staff, who)
    comment = comments.add(story.pk, by=staff.publisher, body="Is this so?")

    (said,) = comments.talk_about(story, person, now=timezone.now()).open

    assert said.may_settle == (not comments.to_settle(comment, story, person))


# --- Never public ---------------------------------------------------------------------------------------------------
def test_comment_changes_neither_content_nor_digest_nor_generation(staff: Staff) -> None:
    story = make_story(staff)
    publish(story, staff)
    before = (story.content(), story.digest_now(), SiteState.objects.get(pk=1).generation)

    comment = comments.add(story.pk, by=staff.editor, body="A thought.", quote="The bell rang")
    comments.resolve(story.pk, comment.pk, by=staff.editor)

    assert (story.content(), story.digest_now(), SiteState.objects.get(pk=1).generation) == before


def test_comment_is_in_no_public_page(staff: Staff, reader: Client) -> None:
    page = make_page(staff)
    comments.add(page.pk, by=staff.editor, body="A thought for colleagues.")
    publish(page, staff)

    assert "A thought for colleagues" not in reader.get("/en/about/").content.decode()


def test_comment_is_in_no_event(staff: Staff) -> None:
    story = make_story(staff)
    before = Event.objects.count()

    comments.add(story.pk, by=staff.editor, body="A thought.")

    assert Event.objects.count() == before


# --- At the desk ----------------------------------------------------------------------------------------------------
def test_comment_comes_back_to_the_form(staff: Staff) -> None:
    story = make_story(staff)

    response = logged_in(staff.reviewer).post(page_url(story), {"do": "add", "body": "A thought.", "field": "title"})

    assert response.headers["Location"] == f"{page_url(story, 'change')}#comments"
    assert Comment.objects.get().field == "title"


def test_refused_comment_keeps_what_was_typed(staff: Staff) -> None:
    story = make_story(staff)
    typed = {"do": "add", "body": " ", "quote": "The <bell> rang", "field": "body"}

    response = logged_in(staff.reviewer).post(page_url(story), typed)

    page = response.content.decode()
    assert response.status_code == 422
    assert "The &lt;bell&gt; rang" in page
    assert '<option value="body" selected>' in page
    assert "Write something first." in page


def test_refused_answer_keeps_what_was_typed(staff: Staff) -> None:
    story = make_story(staff)
    head = comments.add(story.pk, by=staff.editor, body="Is this so?")

    response = logged_in(staff.reviewer).post(
        page_url(story), {"do": "reply", "comment": str(head.pk), "body": "begin " + "x" * 4000}
    )

    assert response.status_code == 422
    assert response.content.decode().count("begin x") == 1


def test_script_gets_the_rail_alone(staff: Staff) -> None:
    story = make_story(staff)

    response = logged_in(staff.reviewer).post(
        page_url(story), {"do": "add", "body": "A thought."}, headers={BY_SCRIPT: "1"}
    )

    page = response.content.decode()
    assert page.lstrip().startswith('<section class="comments"')
    assert "A thought." in page
    assert "<html" not in page


def test_text_of_a_comment_is_never_markup(staff: Staff) -> None:
    story = make_story(staff)
    comments.add(story.pk, by=staff.editor, body="<script>alert(1)</script>", quote="<b>bold</b>")

    page = logged_in(staff.reviewer).get(page_url(story)).content.decode()

    assert "<script>alert" not in page
    assert "<b>bold" not in page
    assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize("do", ["resolve", "reopen", "reply"])
def test_comment_of_another_piece_is_out_of_reach_at_the_desk(staff: Staff, do: str) -> None:
    elsewhere = comments.add(make_story(staff).pk, by=staff.reviewer, body="Elsewhere.")

    response = logged_in(staff.editor).post(
        page_url(make_story(staff)), {"do": do, "comment": str(elsewhere.pk), "body": "Here."}
    )

    elsewhere.refresh_from_db()
    assert response.status_code == 422
    assert elsewhere.resolved_at is None
    assert Comment.objects.count() == 1


@pytest.mark.parametrize("name", ["comments", "colleagues"])
def test_page_is_closed_to_whoever_does_not_see_the_piece(staff: Staff, name: str) -> None:
    story = make_story(staff)

    assert logged_in(make_user()).get(page_url(story, name)).status_code == 403
    assert Client(headers={"host": "localhost"}).get(page_url(story, name)).status_code == 302


def test_post_without_a_token_is_forged(staff: Staff) -> None:
    story = make_story(staff)
    client = Client(headers={"host": "localhost"}, enforce_csrf_checks=True)
    client.force_login(staff.editor)

    assert client.post(page_url(story), {"do": "add", "body": "A thought."}).status_code == 403
    assert not Comment.objects.exists()


def test_colleagues_are_those_who_see_the_piece(staff: Staff) -> None:
    make_user(username="outsider")
    left = make_user("Editor", username="left")
    User.objects.filter(pk=left.pk).update(is_active=False)

    found = logged_in(staff.editor).get(page_url(make_source(staff), "colleagues")).json()["people"]

    assert [one["login"] for one in found] == ["consent", "contributor", "editor", "publisher", "reviewer"]
    assert set(found[0]) == {"login", "name"}


def test_mistyped_mention_is_said(staff: Staff) -> None:
    response = logged_in(staff.editor).post(
        page_url(make_story(staff)), {"do": "add", "body": "@reviewr, look"}, headers={BY_SCRIPT: "1"}
    )

    assert "mentions nobody" in response.content.decode()
