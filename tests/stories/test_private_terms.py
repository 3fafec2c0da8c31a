"""Names and private words: no piece of any kind is published with one, and only the consent role sees which."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from editorial import workflow
from editorial.blockers import Refused, to_publish_content
from editorial.models import Event, Label, Piece
from editorial.standing import Standing
from stories import namesakes, private_terms, third_parties
from stories.models import Narrator, Scope, Story, StoryNarrator
from stories.person import Name, Person, opened, write_person
from tests.makers import (
    Staff,
    know,
    make_collection,
    make_consent,
    make_page,
    make_source,
    make_story,
    make_tag,
    make_user,
    publish,
)

NAME = "한가람"


@pytest.fixture
def narrator(staff: Staff) -> Narrator:
    """Somebody whose own story is another one."""
    return know(Narrator.objects.create(risk_level=0), NAME, by=staff.consent_officer, terms=("달빛마을",))


def rewritten(piece: Piece, staff: Staff, **columns: Any) -> Piece:
    type(piece)._default_manager.filter(pk=piece.pk).update(**columns)
    workflow.save(piece.pk, by=staff.contributor)
    piece.refresh_from_db()
    return piece


def fields(piece: Piece, code: str = "private_term") -> set[str]:
    return {one.field for one in to_publish_content(piece) if one.code == code}


def own(staff: Staff, *names: str, **columns: Any) -> Story:
    """A story whose narrator has these names."""
    story = make_story(staff)
    know(story.narrators.get(), *names, by=staff.consent_officer)
    rewritten(story, staff, **columns)
    return story


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("title", f"{NAME}의 겨울"),
        ("standfirst", "As Han Ga-ram told it."),
        ("byline", "HAN, Garam"),
        ("descriptors", "a friend of hangaram"),
        ("how_made", "Told by Garam Han."),
        ("content_note", "Han Garam speaks of hunger."),
        ("takeaway", "Write to Han Ka-ram."),
        ("credit_line", "Photo: 한 가 람"),
        ("slug", "han-ga-ram"),
        ("body", f"<p>{NAME}이라는 친구</p>"),
        ("body", "<p>한<strong>가람</strong></p>"),
        ("body", "<p>한&nbsp;가람</p>"),
        ("body", "<p>한<br>가람</p>"),
        ("body", '<p><a href="https://example.org/%ED%95%9C%EA%B0%80%EB%9E%8C">here</a></p>'),
        ("body", '<p><a href="https://example.org/han-ga-ram">here</a></p>'),
        ("body", "<p>the bell<br>Han Ga-ram</p>"),
        ("body", "<p>the bell</p><p>han ga-ram</p>"),
        ("body", "<p>달빛 마을에서</p>"),
    ],
)
def test_term_is_found_wherever_it_stands(staff: Staff, narrator: Narrator, column: str, value: str) -> None:
    assert fields(rewritten(make_story(staff), staff, **{column: value})) == {column}


def test_text_without_a_term_is_free(staff: Staff, narrator: Narrator) -> None:
    assert fields(make_story(staff)) == set()


@pytest.mark.parametrize("make", [make_source, make_page, make_collection])
def test_pieces_of_every_kind_are_looked_at(staff: Staff, narrator: Narrator, make: Any) -> None:
    assert fields(rewritten(make(staff), staff, title=f"About {NAME}")) == {"title"}


@pytest.mark.parametrize("where", ["name", "label"])
def test_words_of_tags_are_looked_at(staff: Staff, narrator: Narrator, where: str) -> None:
    tag = make_tag(NAME if where == "name" else "Someone")
    if where == "label":
        Label.objects.create(tag=tag, language="ko", text=NAME)

    assert fields(make_story(staff, tags=[tag])) == {"tags"}


def test_publishing_and_submitting_are_refused(staff: Staff, narrator: Narrator) -> None:
    story = rewritten(make_story(staff), staff, title=f"{NAME} writes")

    with pytest.raises(Refused, match="private_term"):
        workflow.submit(story.pk, by=staff.contributor)


def test_urgent_publishing_is_refused_too(staff: Staff, narrator: Narrator) -> None:
    story = make_story(staff)
    publish(story, staff)
    rewritten(story, staff, title=f"{NAME} writes")

    with pytest.raises(Refused, match="private_term"):
        workflow.publish_urgently(story.pk, by=staff.publisher, reason="At once.")


def test_sentence_says_the_field_and_never_the_term(staff: Staff, narrator: Narrator) -> None:
    story = rewritten(make_story(staff), staff, title=f"{NAME} writes", body="<p>달빛마을</p>")

    said = " ".join(str(one.sentence) for one in to_publish_content(story))

    assert "“Title”" in said
    assert NAME not in said
    assert "달빛" not in said


def test_narrator_who_was_just_written_down_is_known_at_once(staff: Staff, narrator: Narrator) -> None:
    story = rewritten(make_story(staff), staff, title="오누리 writes")
    assert fields(story) == set()

    write_person(narrator, Person(names=(Name("오누리"),)), by=staff.consent_officer)

    assert fields(Story.objects.get(pk=story.pk)) == {"title"}


def test_name_that_was_taken_back_is_free_at_once(staff: Staff, narrator: Narrator) -> None:
    story = rewritten(make_story(staff), staff, title=f"{NAME} writes")
    assert fields(story) == {"title"}

    write_person(narrator, Person(), by=staff.consent_officer)

    assert fields(Story.objects.get(pk=story.pk)) == set()


def test_many_changed_narrators_are_all_known(staff: Staff, narrator: Narrator) -> None:
    fields(make_story(staff))
    for number in range(private_terms.MOST_CHANGED + 2):
        know(
            Narrator.objects.create(),
            f"강하{'가나다라마바사아자차카타파하거너더러머버서어저처'[number]}",
            by=staff.consent_officer,
        )

    story = rewritten(make_story(staff), staff, title="강하어 and 한가람")
    assert {place.words for place in private_terms.places(Standing(story), timezone.now())} == {"강하어", NAME}


def test_without_the_key_nothing_is_published(staff: Staff, narrator: Narrator, settings: Any) -> None:
    Narrator.objects.filter(pk=narrator.pk).update(sealed=f"{narrator.sealed[:-4]}AAAA")

    assert {one.code for one in to_publish_content(make_story(staff))} == {"private_terms_closed"}


# --- The real name --------------------------------------------------------------------------------------------------
def grant_name(story: Story, staff: Staff) -> None:
    make_consent(story, by=staff.consent_officer, scopes=(Scope.REAL_NAME,))


def test_granted_real_name_is_allowed_in_the_narrators_story(staff: Staff) -> None:
    story = own(staff, NAME, title=f"{NAME} writes", byline=NAME)
    assert fields(story) == {"title", "byline"}

    grant_name(story, staff)

    assert {one.code for one in to_publish_content(Story.objects.get(pk=story.pk))} == set()


def test_granted_real_name_allows_no_private_word(staff: Staff) -> None:
    story = own(staff, NAME, title="달빛마을")
    know(story.narrators.get(), NAME, by=staff.consent_officer, terms=("달빛마을",))
    grant_name(story, staff)

    assert fields(story) == {"title"}


def test_real_name_granted_to_one_story_is_not_allowed_in_another_of_theirs(staff: Staff) -> None:
    named = own(staff, NAME)
    grant_name(named, staff)
    other = make_story(staff)
    other.story_narrators.update(narrator=named.narrators.get())
    rewritten(other, staff, title=f"{NAME} writes")

    assert fields(other) == {"title"}


def test_real_name_granted_somewhere_is_allowed_in_other_pieces(staff: Staff) -> None:
    story = own(staff, NAME)
    page = rewritten(make_page(staff), staff, title=f"Essays by {NAME}")
    assert fields(page) == {"title"}

    grant_name(story, staff)

    assert fields(page) == set()


def test_real_name_that_was_taken_back_is_private_again(staff: Staff) -> None:
    story = own(staff, NAME, title=f"{NAME} writes")
    grant_name(story, staff)
    make_consent(story, by=staff.consent_officer, scopes=(Scope.REAL_NAME,), value="refused")  # type: ignore[arg-type]

    assert fields(story) == {"title"}


# --- In the story of the person -------------------------------------------------------------------------------------
def test_given_name_alone_is_private_in_the_own_story_only(staff: Staff) -> None:
    story = own(staff, NAME, standfirst="가람이가 걸었다.")
    other = rewritten(make_story(staff), staff, standfirst="가람이가 걸었다.")

    assert fields(story) == {"standfirst"}
    assert fields(other) == set()


def test_names_of_third_parties_are_private_in_their_story_only(staff: Staff) -> None:
    story, other = make_story(staff), make_story(staff)
    third_parties.add(story.pk, by=staff.contributor, relation="relative", action="omit", names="문보라")
    for one in (story, other):
        rewritten(one, staff, standfirst="문보라가 왔다.")

    assert fields(story) == {"standfirst"}
    assert fields(other) == set()


def test_third_party_who_agreed_may_be_named(staff: Staff) -> None:
    story = make_story(staff)
    third_parties.add(story.pk, by=staff.contributor, relation="relative", action="consented", names="문보라")

    assert fields(rewritten(story, staff, standfirst="문보라가 왔다.")) == set()


def test_names_of_the_original_are_private_in_its_translation(staff: Staff) -> None:
    original = own(staff, NAME)
    third_parties.add(original.pk, by=staff.contributor, relation="friend", action="omit", names="문보라")
    story = make_story(staff, title="가람 and 문보라")
    story.story_narrators.all().delete()
    Story.objects.filter(pk=story.pk).update(translation_of=original, language="ko")

    assert fields(Story.objects.get(pk=story.pk)) == {"title"}


@pytest.mark.parametrize("byline", ["한 여사", "Ms. Han", "Mrs. Hahn", "가람", "Garam K."])
def test_byline_that_reuses_a_real_name_is_refused(staff: Staff, byline: str) -> None:
    story = own(staff, NAME, byline=byline)

    assert fields(story, "pseudonym_reuses_name") == {"byline"}


def test_byline_of_its_own_is_free(staff: Staff) -> None:
    assert fields(own(staff, NAME, byline="바다"), "pseudonym_reuses_name") == set()


# --- Who sees which -------------------------------------------------------------------------------------------------
def test_consent_role_sees_the_place_and_that_is_recorded(staff: Staff, narrator: Narrator) -> None:
    story = rewritten(make_story(staff), staff, standfirst=f"One day {NAME}이라는 친구 came.")

    (place,) = namesakes.read_places(story, by=staff.consent_officer)

    assert (place.before, place.words, place.after) == ("One day ", NAME, "이라는 친구 came.")
    assert Event.objects.get(verb="read_private_terms").piece_number == story.pk
    assert NAME not in repr(place)


@pytest.mark.parametrize("role", ["contributor", "editor", "reviewer", "publisher"])
def test_other_roles_do_not_see_it(staff: Staff, narrator: Narrator, role: str) -> None:
    story = rewritten(make_story(staff), staff, title=NAME)

    with pytest.raises(Refused, match="no_permission"):
        namesakes.read_places(story, by=getattr(staff, role))
    with pytest.raises(Refused, match="no_permission"):
        namesakes.note(narrator.pk, story.pk, NAME, by=getattr(staff, role))


def test_namesake_is_free_in_that_piece_only(staff: Staff, narrator: Narrator) -> None:
    story, other = (rewritten(make_story(staff), staff, title=f"{NAME} 시집") for _number in range(2))

    namesakes.note(narrator.pk, story.pk, NAME, by=staff.consent_officer)

    assert (fields(story), fields(other)) == (set(), {"title"})
    assert Event.objects.get(verb="note_namesake").piece_number == story.pk


def test_namesake_has_to_stand_in_the_text(staff: Staff, narrator: Narrator) -> None:
    with pytest.raises(Refused, match="not_there"):
        namesakes.note(narrator.pk, make_story(staff).pk, NAME, by=staff.consent_officer)
    assert opened(Narrator.objects.get(pk=narrator.pk)).namesakes == ()


# --- What it costs --------------------------------------------------------------------------------------------------
def test_check_takes_one_query_while_nothing_changed(
    staff: Staff, narrator: Narrator, django_assert_num_queries: Any
) -> None:
    page = make_page(staff)
    standing = Standing(page)
    assert standing.content
    private_terms.blockers(standing, standing.now)

    with django_assert_num_queries(1):
        private_terms.blockers(standing, standing.now)


def test_superuser_sees_as_the_consent_role_does(staff: Staff, narrator: Narrator) -> None:
    story = rewritten(make_story(staff), staff, title=NAME)

    assert namesakes.read_places(story, by=make_user(is_superuser=True))


def test_narrator_of_two_stories_is_watched_for_in_both(staff: Staff) -> None:
    story = own(staff, NAME)
    other = make_story(staff)
    StoryNarrator.objects.create(story=other, narrator=story.narrators.get())
    rewritten(other, staff, standfirst="가람이가 걸었다.")

    assert fields(other) == {"standfirst"}
