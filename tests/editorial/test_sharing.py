"""Share links: who makes them, when they open, and that a dead one says nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings as project
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from editorial import comments, kinds, roles, sharing, workflow
from editorial.blockers import Refused
from editorial.models import Comment, Event, Notice, Piece, ShareLink, SiteState, User
from editorial.sharing import Fate
from editorial.without_cookie import FORM, TRAP
from research.models import Statistic
from stories.models import Grant, Scope, Story
from tests.makers import (
    Staff,
    make_collection,
    make_consent,
    make_page,
    make_source,
    make_statistic,
    make_story,
    make_summary,
    make_tag,
    make_user,
    publish,
)

OURS = {"sec-fetch-site": "same-origin"}


def logged_in(user: User) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    return client


def share(piece: Piece, staff: Staff, **more: Any) -> ShareLink:
    """A link that is open, with a leave where one is needed."""
    link = sharing.make(piece.pk, by=staff.contributor, for_whom="Reader Kim", **more)
    if link.needs_leave:
        sharing.allow(link.pk, by=staff.consent_officer)
    link.refresh_from_db()
    return link


def path_of(link: ShareLink) -> str:
    return sharing.address_of(link).removeprefix(project.SITE_URL)


def token_of(link: ShareLink) -> str:
    return path_of(link).strip("/").partition("/")[2]


def opens(link: ShareLink, at: datetime | None = None) -> bool:
    return sharing.opened(token_of(link), at or timezone.now()) is not None


def fate(link: ShareLink) -> Fate:
    link.refresh_from_db()
    now = timezone.now()
    return sharing.fate_of(link, sharing.ground_of(kinds.load(link.piece_id), now), now)


def codes(refusal: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {blocker.code for blocker in refusal.value.blockers}


def post(reader: Client, link: ShareLink, **typed: str) -> Any:
    from urllib.parse import urlencode

    return reader.post(path_of(link), urlencode(typed), content_type=FORM, headers=OURS)


def share_url(piece: Piece) -> str:
    return reverse(f"admin:{piece._meta.app_label}_{piece._meta.model_name}_share", args=[piece.pk])


# --- Who may --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("permission", ["editorial.share_draft", "editorial.allow_sharing"])
def test_who_asks_cannot_hold_the_leave(permission: str) -> None:
    holders = {role for role in roles.EVERY if permission in roles._grants[role]}

    expected = {roles.CONTRIBUTOR, roles.EDITOR} if permission.endswith("share_draft") else {roles.CONSENT_OFFICER}
    assert holders == expected


@pytest.mark.parametrize("who", ["reviewer", "publisher", "consent_officer"])
def test_other_roles_do_not_share(staff: Staff, who: str) -> None:
    with pytest.raises(Refused) as refusal:
        sharing.make(make_page(staff).pk, by=getattr(staff, who), for_whom="Kim")

    assert "no_permission" in codes(refusal)


def test_contributor_does_not_share_what_another_writes(staff: Staff) -> None:
    with pytest.raises(Refused) as refusal:
        sharing.make(make_page(staff).pk, by=make_user(roles.CONTRIBUTOR), for_whom="Kim")

    assert codes(refusal) == {"not_yours"}


def test_every_reason_is_said_at_once(staff: Staff) -> None:
    page = make_page(staff)
    workflow.hold(page.pk, by=staff.editor, reason="A question.")

    with pytest.raises(Refused) as refusal:
        sharing.make(page.pk, by=staff.contributor, for_whom="  ", days=31)

    assert codes(refusal) == {"held", "no_name", "no_such_time"}


@pytest.mark.parametrize("days", [-1, 0, 31, 10**9])
def test_link_lives_from_one_day_to_thirty(staff: Staff, days: int) -> None:
    with pytest.raises(Refused) as refusal:
        sharing.make(make_page(staff).pk, by=staff.contributor, for_whom="Kim", days=days)

    assert codes(refusal) == {"no_such_time"}


def test_name_is_kept_without_what_nobody_sees(staff: Staff) -> None:
    link = sharing.make(make_page(staff).pk, by=staff.contributor, for_whom=" Kim\x00 \u202e\n Reader ")

    assert link.for_whom == "Kim Reader"


def test_links_of_a_piece_have_a_limit(staff: Staff) -> None:
    page = make_page(staff)
    for _ in range(sharing.MOST_LINKS):
        share(page, staff)

    with pytest.raises(Refused) as refusal:
        share(page, staff)

    assert codes(refusal) == {"too_many"}


def test_hidden_piece_and_no_piece_are_refused_alike(staff: Staff) -> None:
    with pytest.raises(Refused) as hidden:
        sharing.make(make_page(staff).pk, by=make_user(), for_whom="Kim")
    with pytest.raises(Refused) as missing:
        sharing.make(9_999_999, by=make_user(), for_whom="Kim")

    assert hidden.value.blockers == missing.value.blockers


# --- The leave ------------------------------------------------------------------------------------------------------
def test_story_needs_a_leave_first(staff: Staff) -> None:
    link = sharing.make(make_story(staff).pk, by=staff.contributor, for_whom="Kim")

    before = opens(link)
    sharing.allow(link.pk, by=staff.consent_officer)

    assert (before, opens(link)) == (False, True)


def test_research_needs_none(staff: Staff) -> None:
    assert opens(sharing.make(make_source(staff).pk, by=staff.contributor, for_whom="Kim"))


def test_row_that_claims_to_need_no_leave_is_not_believed(staff: Staff) -> None:
    link = sharing.make(make_story(staff).pk, by=staff.contributor, for_whom="Kim")
    ShareLink.objects.filter(pk=link.pk).update(needs_leave=False)

    assert not opens(link)


def test_who_asked_cannot_give_the_leave(staff: Staff) -> None:
    boss = make_user(is_superuser=True)
    link = sharing.make(make_story(staff).pk, by=boss, for_whom="Kim")

    with pytest.raises(Refused) as refusal:
        sharing.allow(link.pk, by=boss)

    assert codes(refusal) == {"own_request"}


@pytest.mark.parametrize("who", ["contributor", "editor", "reviewer", "publisher"])
def test_nobody_but_the_consent_officer_gives_it(staff: Staff, who: str) -> None:
    link = sharing.make(make_story(staff).pk, by=staff.contributor, for_whom="Kim")

    with pytest.raises(Refused) as refusal:
        sharing.allow(link.pk, by=getattr(staff, who))

    assert "no_permission" in codes(refusal)


def test_consent_officers_are_asked(staff: Staff) -> None:
    User.objects.filter(pk=staff.consent_officer.pk).update(email="officer@example.org")

    sharing.make(make_story(staff).pk, by=staff.contributor, for_whom="Kim")

    assert list(Notice.objects.values_list("user__username", "what")) == [("consent", "leave_asked")]


def test_leave_is_void_after_a_later_no(staff: Staff) -> None:
    story = make_story(staff)
    link = share(story, staff)

    make_consent(story, by=staff.consent_officer, scopes=(Scope.SOCIAL,), value=Grant.Value.REFUSED)

    assert (opens(link), fate(link)) == (False, Fate.REFUSED)


def test_leave_given_after_a_no_to_a_part_stands(staff: Staff) -> None:
    story = make_story(staff)
    make_consent(story, by=staff.consent_officer, scopes=(Scope.SOCIAL,), value=Grant.Value.REFUSED)

    assert opens(share(story, staff))


def test_story_that_was_taken_back_cannot_be_shared(staff: Staff) -> None:
    story = make_story(staff)
    make_consent(story, by=staff.consent_officer, value=Grant.Value.REFUSED)
    link = sharing.make(story.pk, by=staff.contributor, for_whom="Kim")

    with pytest.raises(Refused) as refusal:
        sharing.allow(link.pk, by=staff.consent_officer)

    assert codes(refusal) == {"no_consent"}


def test_link_closes_when_the_consent_ends(staff: Staff) -> None:
    story = make_story(staff, consented=False)
    now = timezone.now()
    make_consent(story, by=staff.consent_officer, end=now + timedelta(days=2))
    link = share(story, staff)

    assert [opens(link, now + timedelta(days=days)) for days in (1, 3)] == [True, False]


def test_draft_that_names_a_narrator_who_refused_it_is_closed(staff: Staff) -> None:
    story = make_story(staff)
    make_consent(story, by=staff.consent_officer, scopes=(Scope.REAL_NAME,), value=Grant.Value.REFUSED)
    link = share(story, staff)
    before = fate(link)
    Story.objects.filter(pk=story.pk).update(names_narrator=True)

    assert (before, fate(link)) == (Fate.OPEN, Fate.REFUSED)


def test_who_was_not_asked_yet_has_not_said_no(staff: Staff) -> None:
    assert opens(share(make_story(staff, consented=False), staff))


# --- When it is dead ------------------------------------------------------------------------------------------------
def revoke(link: ShareLink, staff: Staff) -> None:
    sharing.revoke(link.pk, by=staff.reviewer)


def hold(link: ShareLink, staff: Staff) -> None:
    workflow.hold(link.piece_id, by=staff.editor, reason="A question.")


def publish_it(link: ShareLink, staff: Staff) -> None:
    publish(kinds.load(link.piece_id), staff)


def schedule_it(link: ShareLink, staff: Staff) -> None:
    publish(kinds.load(link.piece_id), staff, at=timezone.now() + timedelta(days=1))


def erase(link: ShareLink, staff: Staff) -> None:
    Piece.objects.filter(pk=link.piece_id).update(erased_at=timezone.now())


def let_go(link: ShareLink, staff: Staff) -> None:
    User.objects.filter(pk=link.made_by_id).update(is_active=False)


def expire(link: ShareLink, staff: Staff) -> None:
    then = timezone.now() - timedelta(days=8)
    ShareLink.objects.filter(pk=link.pk).update(made_at=then, expires_at=then + timedelta(days=7))


def take_the_leave(link: ShareLink, staff: Staff) -> None:
    ShareLink.objects.filter(pk=link.pk).update(leave_by=None, leave_at=None)


DEATHS = [revoke, hold, publish_it, schedule_it, erase, let_go, expire, take_the_leave]


@pytest.mark.parametrize("death", DEATHS)
def test_dead_link_is_answered_like_an_address_that_never_was(
    staff: Staff, reader: Client, death: Callable[[ShareLink, Staff], None]
) -> None:
    link = share(make_story(staff), staff)
    assert reader.get(path_of(link)).status_code == 200
    never = reader.get("/no/such/page/at/all/")

    death(link, staff)
    response = reader.get(path_of(link))

    assert response.status_code == 404
    assert response.content == never.content
    assert dict(response.headers) == dict(never.headers)


@pytest.mark.parametrize("death", DEATHS)
def test_dead_link_takes_no_comment(staff: Staff, reader: Client, death: Callable[[ShareLink, Staff], None]) -> None:
    link = share(make_story(staff), staff)

    death(link, staff)
    response = post(reader, link, name="Kim", body="A thought.")

    assert (response.status_code, Comment.objects.exists()) == (404, False)


def test_link_is_dead_after_publishing_even_if_nobody_revoked_it(staff: Staff) -> None:
    page = make_page(staff)
    link = share(page, staff)
    publish(page, staff)
    ShareLink.objects.update(revoked_at=None, revoked_by=None, revoked_why="")

    assert fate(link) is Fate.MOVED_ON


def test_link_is_dead_after_an_end_even_if_nobody_revoked_it(staff: Staff) -> None:
    page = make_page(staff)
    publish(page, staff)
    link = share(page, staff)
    assert fate(link) is Fate.OPEN
    workflow.end(page.pk, by=staff.publisher)
    ShareLink.objects.update(revoked_at=None, revoked_by=None, revoked_why="")

    assert fate(link) is Fate.MOVED_ON


def translation_of(story: Story, staff: Staff) -> Story:
    translation = Story.objects.create(
        title="첫 교실", slug="first", language="ko", translation_of_id=story.pk, created_by=staff.contributor
    )
    workflow.save(translation.pk, by=staff.contributor)
    return translation


def test_translation_is_not_shared_while_the_original_is_held(staff: Staff) -> None:
    story = make_story(staff)
    link = share(translation_of(story, staff), staff)
    workflow.hold(story.pk, by=staff.editor, reason="A question.")

    assert fate(link) is Fate.HELD


def test_translation_is_not_shared_after_the_original_was_ended(staff: Staff) -> None:
    story = make_story(staff)
    publish(story, staff)
    link = share(translation_of(story, staff), staff)
    workflow.end(story.pk, by=staff.publisher)

    assert fate(link) is Fate.MOVED_ON


def test_translation_stays_shared_when_the_original_is_published_anew(staff: Staff) -> None:
    story = make_story(staff)
    link = share(translation_of(story, staff), staff)
    publish(story, staff)

    assert fate(link) is Fate.OPEN


def test_link_made_after_publishing_shows_the_next_draft(staff: Staff, reader: Client) -> None:
    page = make_page(staff)
    publish(page, staff)
    link = share(page, staff)
    type(page).objects.filter(pk=page.pk).update(body="<p>The next text.</p>")

    assert "The next text." in reader.get(path_of(link)).content.decode()


def test_ending_links_keeps_who_and_why(staff: Staff) -> None:
    page = make_page(staff)
    link, now = share(page, staff), timezone.now()
    other = share(make_source(staff), staff)

    assert sharing.end_links(page.pk, by=staff.publisher, why="published", now=now) == 1

    link.refresh_from_db()
    assert (link.revoked_by, link.revoked_at, link.revoked_why) == (staff.publisher, now, "published")
    assert opens(other)


def test_anybody_on_staff_revokes(staff: Staff) -> None:
    link = share(make_page(staff), staff)

    sharing.revoke(link.pk, by=make_user(roles.PARTNERSHIPS))

    assert fate(link) is Fate.REVOKED


def test_who_does_not_see_the_piece_does_not_revoke(staff: Staff) -> None:
    link = share(make_page(staff), staff)

    with pytest.raises(Refused):
        sharing.revoke(link.pk, by=make_user(roles.ADMINISTRATOR))

    assert opens(link)


# --- The address ----------------------------------------------------------------------------------------------------
def test_address_of_one_piece_opens_no_other(staff: Staff) -> None:
    page, source = make_page(staff), make_source(staff)
    first, second = share(page, staff), share(source, staff)
    key, _dot, seal = token_of(first).rpartition(".")

    forged = [f"{second.key}.{seal}", key, f"{key}.", f"{key}.{seal[:-1]}", f"{key}.{seal}x", f"{key}:{seal}"]

    assert [sharing.opened(token, timezone.now()) for token in forged] == [None] * len(forged)


def test_key_of_the_database_alone_opens_nothing(staff: Staff, settings: Any) -> None:
    link = share(make_page(staff), staff)
    token = token_of(link)
    settings.SECRET_KEY = "another secret of more than fifty letters, as a thief would try"

    assert sharing.opened(token, timezone.now()) is None
    assert link.key in token


def test_seal_of_another_purpose_opens_nothing(staff: Staff) -> None:
    link = share(make_page(staff), staff)
    seals = [
        signing.Signer(sep=".").sign(link.key),
        signing.Signer(salt="x", sep=".").sign(link.key),
        signing.dumps(link.key, salt=sharing.SALT),
    ]

    assert [sharing.opened(token, timezone.now()) for token in seals] == [None] * len(seals)


def test_guess_costs_no_query(db: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert sharing.opened("a" * 32 + "." + "b" * 43, timezone.now()) is None


@pytest.mark.parametrize("token", ["x", "%F0%9F%98%80", ".", "a:b", "..%2F..", "x" * 1500, "%E2%80%AE.x"])
def test_nonsense_is_no_error(db: None, reader: Client, token: str) -> None:
    assert reader.get(f"/draft/{token}/").status_code in {301, 302, 404}


# --- The page -------------------------------------------------------------------------------------------------------
def test_page_is_the_working_copy_under_a_banner(staff: Staff, reader: Client) -> None:
    response = reader.get(path_of(share(make_story(staff), staff)))

    page = response.content.decode()
    assert "The bell rang twice." in page
    assert "This is a draft." in page
    assert "Reader Kim" in page
    assert "Preview:" not in page


def test_page_asks_nothing_of_the_reader_and_is_never_kept(staff: Staff, reader: Client) -> None:
    response = reader.get(path_of(share(make_story(staff), staff)), headers={"if-none-match": "*"})

    assert response.status_code == 200
    assert not response.cookies
    assert "Vary" not in response.headers
    assert "ETag" not in response.headers
    assert response.headers["Cache-Control"] == "no-store"
    assert "noindex" in response.headers["X-Robots-Tag"]
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert "csrfmiddlewaretoken" not in response.content.decode()
    assert "<script" not in response.content.decode()


def test_page_has_the_policy_of_public_pages(staff: Staff, reader: Client) -> None:
    publish(make_page(staff), staff)
    link = share(make_story(staff), staff)

    public, shared = reader.get("/en/about/"), reader.get(path_of(link))

    for name in ("Content-Security-Policy", "X-Frame-Options", "Cross-Origin-Resource-Policy", "Permissions-Policy"):
        assert shared.headers[name] == public.headers[name]


def test_head_is_answered_without_a_body(staff: Staff, reader: Client) -> None:
    response = reader.head(path_of(share(make_story(staff), staff)))

    assert (response.status_code, response.content) == (200, b"")


def test_page_is_the_same_for_staff(staff: Staff, reader: Client) -> None:
    path = path_of(share(make_story(staff), staff))
    client = logged_in(staff.editor)

    response = client.get(path)

    assert response.content == reader.get(path).content
    assert not response.cookies


def test_page_cache_neither_keeps_it_nor_asks_others_for_it(staff: Staff) -> None:
    from reading.page_cache import PageCache

    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path_of(share(make_story(staff), staff)), "HTTP_HOST": "localhost"}

    assert PageCache(lambda _environ, _start: [])._key(environ | {"wsgi.url_scheme": "http"}) is None


@pytest.mark.parametrize(
    "make",
    [
        make_story,
        make_source,
        make_statistic,
        make_summary,
        make_page,
        lambda staff: make_collection(staff, any_of=[make_tag()]),
    ],
)
def test_every_kind_can_be_shown(staff: Staff, reader: Client, make: Callable[[Staff], Piece]) -> None:
    piece = make(staff)

    response = reader.get(path_of(share(piece, staff)))

    assert response.status_code == 200
    assert piece.title in response.content.decode()


@pytest.mark.parametrize("kind", [kind.name for kind in kinds.every()])
def test_draft_without_a_text_yet_is_no_error(staff: Staff, reader: Client, kind: str) -> None:
    model = kinds.named(kind).model
    piece = model._default_manager.create(title="Begun", slug="begun", created_by=staff.contributor)
    workflow.save(piece.pk, by=staff.contributor)

    assert reader.get(path_of(share(piece, staff))).status_code == 200


def test_number_that_is_held_is_not_shown_through_the_draft_that_uses_it(staff: Staff, reader: Client) -> None:
    statistic = make_statistic(staff, value="60719")
    link = share(make_summary(staff, statistics=[statistic]), staff)
    before = reader.get(path_of(link)).content.decode()
    workflow.hold(statistic.pk, by=staff.editor, reason="A question.")

    assert "60,719" in before
    assert "60,719" not in reader.get(path_of(link)).content.decode()


def test_number_that_was_ended_is_not_shown_through_the_draft_that_uses_it(staff: Staff, reader: Client) -> None:
    statistic = make_statistic(staff, value="60719", source=None)
    publish(statistic, staff)
    link = share(make_summary(staff, statistics=[statistic]), staff)
    workflow.end(statistic.pk, by=staff.publisher)
    Statistic.objects.filter(pk=statistic.pk).update(value="60720")

    page = reader.get(path_of(link)).content.decode()
    assert "60,7" not in page


def test_public_pages_stay_as_they_are(staff: Staff, reader: Client) -> None:
    page = make_page(staff)
    publish(page, staff)
    before = reader.get("/en/about/").content
    share(page, staff)

    after = reader.get("/en/about/").content
    assert after == before
    assert b"shared" not in after


def test_link_does_not_renew_the_generation(staff: Staff) -> None:
    page = make_page(staff)
    before = SiteState.objects.get(pk=1).generation

    sharing.revoke(share(page, staff).pk, by=staff.editor)

    assert SiteState.objects.get(pk=1).generation == before


# --- Comments from outside ------------------------------------------------------------------------------------------
def test_comment_comes_with_the_name_and_the_link(staff: Staff, reader: Client) -> None:
    story = make_story(staff)
    link = share(story, staff)

    response = post(reader, link, name=" Kim  Reader ", body="Beautiful.", quote="The bell rang")

    (said,) = comments.talk_about(story, staff.editor, now=timezone.now()).open
    assert response.headers["Location"] == f"{path_of(link)}?said=1#comment"
    assert (said.who, said.through, said.comment.body) == ("Kim Reader", "Reader Kim", "Beautiful.")
    assert not response.cookies


def test_comment_needs_no_cookie(staff: Staff) -> None:
    reader = Client(headers={"host": "localhost"}, enforce_csrf_checks=True)

    response = post(reader, share(make_story(staff), staff), name="Kim", body="Beautiful.")

    assert (response.status_code, Comment.objects.count()) == (302, 1)


def test_desk_says_that_it_is_from_outside(staff: Staff, reader: Client) -> None:
    story = make_story(staff)
    post(reader, share(story, staff), name="Demo editor", body="Let me in.")

    page = logged_in(staff.editor).get(reverse("admin:stories_story_comments", args=[story.pk])).content.decode()

    assert "from outside, through the link for Reader Kim" in page


def test_thanks_are_said(staff: Staff, reader: Client) -> None:
    assert "Thank you." in reader.get(f"{path_of(share(make_story(staff), staff))}?said=1").content.decode()


def test_refused_comment_keeps_what_was_typed_and_says_every_reason(staff: Staff, reader: Client) -> None:
    response = post(reader, share(make_story(staff), staff), name=" ", body="x" * 4001, quote="<b>The bell</b>")

    page = response.content.decode()
    assert response.status_code == 422
    assert "x" * 4001 in page
    assert "&lt;b&gt;The bell&lt;/b&gt;" in page
    assert "Say who you are" in page
    assert "Shorten the comment" in page
    assert response.headers["Cache-Control"] == "no-store"


def test_reasons_are_in_the_language_of_the_draft(staff: Staff, reader: Client) -> None:
    page = make_page(staff)
    type(page).objects.filter(pk=page.pk).update(language="ko")

    response = post(reader, share(page, staff), name="", body="")

    assert 'lang="ko"' in response.content.decode()


@pytest.mark.parametrize("headers", [{}, {"sec-fetch-site": "cross-site"}, {"origin": "null"}])
def test_comment_from_another_site_is_not_taken(staff: Staff, reader: Client, headers: dict[str, str]) -> None:
    link = share(make_story(staff), staff)

    response = reader.post(path_of(link), "name=Kim&body=Hello", content_type=FORM, headers=headers)

    assert (response.status_code, Comment.objects.exists()) == (403, False)


def test_answer_to_another_site_does_not_depend_on_the_link(staff: Staff, reader: Client) -> None:
    link = share(make_story(staff), staff)

    answers = [reader.post(path, "body=x", content_type=FORM) for path in (path_of(link), "/draft/no-such-link/")]

    assert answers[0].status_code == answers[1].status_code == 403
    assert answers[0].content == answers[1].content


def test_link_for_reading_takes_no_comment_and_shows_no_form(staff: Staff, reader: Client) -> None:
    link = share(make_story(staff), staff, may_comment=False)

    assert "<form" not in reader.get(path_of(link)).content.decode()
    assert post(reader, link, name="Kim", body="A thought.").status_code == 422
    assert not Comment.objects.exists()


def test_program_that_fills_in_everything_hears_that_all_is_well(staff: Staff, reader: Client) -> None:
    link = share(make_story(staff), staff)

    response = post(reader, link, name="Kim", body="Buy this.", **{TRAP: "https://spam.example"})

    assert (response.status_code, Comment.objects.exists()) == (302, False)


def some_comments(link: ShareLink, count: int, at: datetime) -> None:
    Comment.objects.bulk_create(
        Comment(piece_id=link.piece_id, link=link, by_name="Kim", body="A thought.", at=at) for _ in range(count)
    )


@pytest.mark.parametrize(
    ("in_last_hour", "before", "is_taken"), [(19, 0, True), (20, 0, False), (0, 199, True), (0, 200, False)]
)
def test_link_takes_twenty_an_hour_and_two_hundred_in_all(
    staff: Staff, reader: Client, in_last_hour: int, before: int, is_taken: bool
) -> None:
    link, now = share(make_story(staff), staff), timezone.now()
    some_comments(link, in_last_hour, now - timedelta(minutes=30))
    some_comments(link, before, now - timedelta(hours=2))

    response = post(reader, link, name="Kim", body="One more.")

    assert (response.status_code == 302) is is_taken
    assert Comment.objects.filter(body="One more.").exists() is is_taken


def test_flood_on_one_link_leaves_others_open(staff: Staff, reader: Client) -> None:
    story = make_story(staff)
    flooded, other = share(story, staff), share(story, staff)
    some_comments(flooded, 200, timezone.now())

    assert post(reader, other, name="Kim", body="A thought.").status_code == 302


def test_flood_is_refused_with_the_text_kept(staff: Staff, reader: Client) -> None:
    link = share(make_story(staff), staff)
    some_comments(link, 20, timezone.now())

    assert "My long thought" in post(reader, link, name="Kim", body="My long thought").content.decode()


def test_outsider_mentions_nobody(staff: Staff, reader: Client) -> None:
    User.objects.filter(pk=staff.publisher.pk).update(email="publisher@example.org")

    response = post(reader, share(make_story(staff), staff), name="Kim", body="@publisher look")

    assert response.status_code == 302
    assert not Notice.objects.filter(user=staff.publisher).exists()


def test_writers_hear_of_it_without_the_outsiders_name(staff: Staff, reader: Client) -> None:
    User.objects.filter(pk=staff.contributor.pk).update(email="writer@example.org")

    post(reader, share(make_story(staff), staff), name="A narrator’s name", body="A thought.")

    assert list(Notice.objects.values_list("user__username", "what", "actor")) == [("contributor", "commented", "")]


# --- At the desk ----------------------------------------------------------------------------------------------------
def test_desk_makes_a_link_and_shows_its_address(staff: Staff) -> None:
    page = make_page(staff)
    client = logged_in(staff.contributor)

    client.post(share_url(page), {"do": "make", "for_whom": "Kim", "days": "7", "may_comment": "1"})

    link = ShareLink.objects.get()
    assert link.may_comment
    assert link.expires_at - link.made_at == timedelta(days=7)
    assert sharing.address_of(link) in client.get(share_url(page)).content.decode()


def test_address_is_shown_only_to_those_who_may_share(staff: Staff) -> None:
    link = share(make_page(staff), staff)

    page = logged_in(staff.reviewer).get(share_url(link.piece.page)).content.decode()

    assert "Open until" in page
    assert link.key not in page


def test_desk_gives_the_leave(staff: Staff) -> None:
    story = make_story(staff)
    link = sharing.make(story.pk, by=staff.contributor, for_whom="Kim")
    client = logged_in(staff.consent_officer)
    assert "Agree that it is shared" in client.get(share_url(story)).content.decode()

    client.post(share_url(story), {"do": "allow", "link": str(link.pk)})

    assert opens(link)


def test_leave_button_is_for_consent_officers(staff: Staff) -> None:
    story = make_story(staff)
    sharing.make(story.pk, by=staff.contributor, for_whom="Kim")

    assert "Agree that it is shared" not in logged_in(staff.editor).get(share_url(story)).content.decode()


def test_refused_link_keeps_what_was_typed(staff: Staff) -> None:
    response = logged_in(staff.contributor).post(
        share_url(make_page(staff)), {"do": "make", "for_whom": "Kim <b>", "days": "99"}
    )

    page = response.content.decode()
    assert response.status_code == 422
    assert 'value="Kim &lt;b&gt;"' in page
    assert 'value="99"' in page


@pytest.mark.parametrize("do", ["allow", "revoke"])
def test_link_of_another_piece_is_out_of_reach_at_the_desk(staff: Staff, do: str) -> None:
    link = sharing.make(make_story(staff).pk, by=staff.contributor, for_whom="Kim")

    response = logged_in(staff.consent_officer).post(share_url(make_story(staff)), {"do": do, "link": str(link.pk)})

    link.refresh_from_db()
    assert response.status_code == 422
    assert (link.leave_at, link.revoked_at) == (None, None)


def test_desk_of_a_piece_that_one_does_not_see_is_closed(staff: Staff) -> None:
    assert logged_in(make_user()).get(share_url(make_page(staff))).status_code == 403


def test_every_act_is_an_event_without_key_or_name(staff: Staff) -> None:
    link = share(make_story(staff), staff)
    sharing.revoke(link.pk, by=staff.editor)

    events = Event.objects.filter(verb__in=["share", "allow_sharing", "revoke_share"]).order_by("number")

    assert [event.verb for event in events] == ["share", "allow_sharing", "revoke_share"]
    for event in events:
        told = f"{event.subject} {event.reason} {event.fields}"
        assert link.key not in told
        assert "Kim" not in told


@pytest.mark.parametrize("death", [None, *DEATHS])
def test_every_state_is_said_in_words(staff: Staff, death: Callable[[ShareLink, Staff], None] | None) -> None:
    story = make_story(staff)
    link = share(story, staff)
    if death is not None:
        death(link, staff)

    page = logged_in(staff.editor).get(share_url(story)).content.decode()

    words = ("Open until", "Revoked by", "Closed", "Expired on", "Waits for")
    assert sum(word in page for word in words) == 1


@pytest.mark.parametrize("count", [1, 15])
def test_list_costs_the_same_for_any_number_of_links(
    staff: Staff, count: int, django_assert_max_num_queries: Any
) -> None:
    story = make_story(staff)
    for _ in range(count):
        share(story, staff)
    client = logged_in(staff.editor)
    client.get(share_url(story))

    with django_assert_max_num_queries(14):
        client.get(share_url(story))
