"""What a story's consents come to, and that its content goes out and comes back the same."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from editorial.models import Channel, Edition, Part
from stories.models import Consent, Grant, Narrator, Scope, Story, StoryNarrator, stories_of
from tests.makers import Staff, make_consent, make_source, make_story, make_tag


def add_narrator(story: Story, code: str = "N-SECOND") -> Narrator:
    narrator = Narrator.objects.create(code=code)
    StoryNarrator.objects.create(story=story, narrator=narrator)
    return narrator


def consent_of(narrator: Narrator, story: Story, staff: Staff) -> None:
    make_consent(story, by=staff.consent_officer, narrator=narrator)


def is_clear(story: Story, row: Channel | Part, *editions: Edition) -> bool:
    """Whether these editions may be shown now; without any, whether one in the story's own language may."""
    return story.clearance(editions)[row].holds(timezone.now())


def codes(story: Story) -> set[str]:
    return {blocker.code for blocker in Story.objects.get(pk=story.pk).blockers(timezone.now())}


def test_story_is_clear_where_its_narrator_agreed_and_nowhere_else(staff: Staff) -> None:
    story = make_story(staff)

    assert {channel for channel in Channel if is_clear(story, channel)} == {Channel.WEBSITE, Channel.PARTNERS}


def test_story_without_a_consent_is_clear_nowhere(staff: Staff) -> None:
    story = make_story(staff, consented=False)

    assert not any(is_clear(story, channel) for channel in Channel)


def test_story_without_a_narrator_is_clear_nowhere(staff: Staff) -> None:
    story = make_story(staff)
    story.story_narrators.all().delete()

    assert not any(is_clear(story, channel) for channel in Channel)
    assert codes(story) == {"no_narrator"}


@pytest.mark.parametrize("code", ["N-0000", "N-ZZZZZ"])
def test_one_narrator_of_two_is_not_enough(staff: Staff, code: str) -> None:
    story = make_story(staff)
    second = add_narrator(story, code)
    assert not is_clear(story, Channel.WEBSITE)
    assert codes(story) == {"no_consent"}

    consent_of(second, story, staff)

    assert is_clear(story, Channel.WEBSITE)
    assert codes(story) == set()


def test_story_of_two_is_clear_while_both_agree(staff: Staff) -> None:
    story = make_story(staff)
    first = story.narrators.get()
    start = timezone.now() - timedelta(hours=1)
    second = add_narrator(story)
    make_consent(story, by=staff.consent_officer, narrator=second, start=start, end=start + timedelta(days=9))

    window = story.clearance([])[Channel.WEBSITE]

    assert window == (start, start + timedelta(days=9))
    assert Consent.objects.get(story=story, narrator=first).valid_until > window.end


def test_expired_consent_is_not_enough(staff: Staff) -> None:
    story = make_story(staff, consented=False)
    past = timezone.now() - timedelta(days=30)
    make_consent(story, by=staff.consent_officer, start=past, end=past + timedelta(days=29))

    assert not is_clear(story, Channel.WEBSITE)
    assert codes(story) == {"no_consent"}


def test_refusal_takes_a_grant_back(staff: Staff) -> None:
    story = make_story(staff)
    make_consent(
        story,
        by=staff.consent_officer,
        start=timezone.now() - timedelta(seconds=1),
        scopes=(Scope.WEBSITE,),
        value=Grant.Value.REFUSED,
    )

    assert not is_clear(story, Channel.WEBSITE)
    assert is_clear(story, Channel.PARTNERS)


def test_consent_to_another_story_says_nothing_about_this_one(staff: Staff) -> None:
    other = make_story(staff)
    story = make_story(staff, consented=False)
    StoryNarrator.objects.create(story=story, narrator=other.narrators.get())

    assert not is_clear(story, Channel.WEBSITE)


def test_real_name_needs_its_own_grant_and_hides_no_text_without_it(staff: Staff) -> None:
    story = make_story(staff)
    story.names_narrator = True
    story.save()
    assert is_clear(story, Channel.WEBSITE)
    assert not is_clear(story, Part.REAL_NAME)
    assert codes(story) == {"no_real_name"}

    make_consent(story, by=staff.consent_officer, scopes=(Scope.REAL_NAME,))

    assert is_clear(story, Part.REAL_NAME)
    assert codes(story) == set()


def make_translation(original: Story, staff: Staff, *, consented: bool = True) -> Story:
    """A draft in Korean, with a narrator of its own beside the one of the original."""
    story = make_story(staff, consented=consented)
    story.language, story.translation_of = "ko", original
    story.save()
    return story


def test_translation_needs_the_grant_for_its_language_of_everybody(staff: Staff) -> None:
    original = make_story(staff)
    story = make_translation(original, staff)
    edition = Edition(piece=story, language="ko", original_id=original.pk)
    answers = [(original, Scope.TRANSLATION_EN), (story, Scope.TRANSLATION_EN), (story, Scope.TRANSLATION_KO)]
    for asked, scope in answers:
        make_consent(asked, by=staff.consent_officer, scopes=(scope,))
        assert not is_clear(story, Channel.WEBSITE, edition)
        assert codes(story) == {"no_translation"}

    make_consent(original, by=staff.consent_officer, scopes=(Scope.TRANSLATION_KO,))

    assert is_clear(story, Channel.WEBSITE, edition)
    assert codes(story) == set()


def test_narrators_and_consents_of_the_original_count_for_its_translation(staff: Staff) -> None:
    original = make_story(staff, consented=False)
    story = make_translation(original, staff)
    assert story.narrator_ids() == sorted([original.narrators.get().pk, story.narrators.get().pk])
    assert codes(story) == {"no_consent"}

    story.story_narrators.all().delete()
    make_consent(original, by=staff.consent_officer, scopes=(Scope.WEBSITE, Scope.TRANSLATION_KO))

    assert codes(story) == set()


def test_translation_in_the_working_copy_alone_takes_nothing_from_what_was_published(staff: Staff) -> None:
    story = make_translation(make_story(staff), staff)
    edition = Edition(piece=story, language="en", original_id=story.pk)

    assert is_clear(story, Channel.WEBSITE, edition)


def test_blockers_ask_for_consent_at_the_time_of_publication(staff: Staff) -> None:
    story, now = make_story(staff, consented=False), timezone.now()
    make_consent(story, by=staff.consent_officer, start=now + timedelta(days=1), end=now + timedelta(days=3))

    found = [[one.code for one in story.blockers(now + timedelta(days=days))] for days in (0, 1, 2, 3)]

    assert found == [["no_consent"], [], [], ["no_consent"]]


@pytest.mark.parametrize(("days", "is_voided"), [(-9, True), (9, False)])
def test_refusal_recorded_later_voids_what_was_granted_before_from_its_start_on(
    staff: Staff, days: int, is_voided: bool
) -> None:
    story = make_story(staff)
    start = timezone.now() + timedelta(days=days)
    make_consent(story, by=staff.consent_officer, start=start, value=Grant.Value.REFUSED)

    assert is_clear(story, Channel.WEBSITE) is not is_voided
    assert not story.clearance([])[Channel.WEBSITE].holds(start)


def test_grant_recorded_after_a_refusal_holds(staff: Staff) -> None:
    story = make_story(staff)
    make_consent(story, by=staff.consent_officer, value=Grant.Value.REFUSED)

    make_consent(story, by=staff.consent_officer)

    assert is_clear(story, Channel.WEBSITE)


def test_story_comes_back_the_same(staff: Staff) -> None:
    story = make_story(staff, tags=[make_tag("Books"), make_tag("Language")])
    story.credit_id = make_source(staff).pk
    story.names_narrator = True
    for name in ("how_made", "content_note", "takeaway", "credit_line"):
        setattr(story, name, f"Some {name}.")
    story.save()
    content, digest = story.content(), story.digest_now()
    story.load_content({"title": "Empty", "slug": story.slug, "language": "en"})
    assert Story.objects.get(pk=story.pk).digest_now() != digest

    Story.objects.get(pk=story.pk).load_content(content)

    assert Story.objects.get(pk=story.pk).content() == content
    assert Story.objects.get(pk=story.pk).digest_now() == digest


def test_story_names_everything_that_is_missing(staff: Staff) -> None:
    story = make_story(staff)
    story.body, story.standfirst, story.byline = "<p> </p>", " ", ""
    story.save()

    assert codes(story) == {"no_text", "no_standfirst", "no_byline"}


def test_text_that_is_too_long_is_named(staff: Staff) -> None:
    story = make_story(staff)
    story.body = f"<p>{'a' * 100_000}</p>"
    story.save()

    assert codes(story) == {"too_long"}


@pytest.mark.parametrize(
    "columns",
    [
        {"basis": "asked"},
        {"basis": "own_publication", "evidence": ""},
        {"basis": "hearsay"},
    ],
)
def test_consent_that_rests_on_nothing_is_refused_by_the_database(staff: Staff, columns: dict[str, str]) -> None:
    made = make_consent(make_story(staff, consented=False), by=staff.consent_officer)
    again = {
        field.attname: getattr(made, field.attname) for field in Consent._meta.concrete_fields if field.name != "id"
    }

    with pytest.raises(IntegrityError, match=r"(?i)check"), transaction.atomic():
        Consent.objects.create(**again | columns)


def test_consent_that_ends_before_it_starts_is_refused_by_the_database(staff: Staff) -> None:
    story = make_story(staff, consented=False)
    start = timezone.now()

    with pytest.raises(DatabaseError), transaction.atomic():
        make_consent(story, by=staff.consent_officer, start=start, end=start)


@pytest.mark.parametrize("columns", [{"scope": "everything"}, {"value": "perhaps"}])
def test_unknown_answer_is_refused_by_the_database(staff: Staff, columns: dict[str, str]) -> None:
    consent = make_consent(make_story(staff, consented=False), by=staff.consent_officer, scopes=())

    with pytest.raises(IntegrityError, match=r"(?i)check"), transaction.atomic():
        Grant.objects.create(**{"consent": consent, "scope": "website", "value": "granted"} | columns)


@pytest.mark.django_db
def test_narrator_is_known_by_a_code_alone() -> None:
    narrator = Narrator.objects.create()

    assert str(narrator) == narrator.code
    assert narrator.code.startswith("N-")


def test_stories_of_a_narrator_are_found(staff: Staff) -> None:
    story, other = make_story(staff), make_story(staff)
    narrator = story.narrators.get()
    StoryNarrator.objects.create(story=other, narrator=narrator)
    make_story(staff)

    assert stories_of([narrator.pk]) == sorted([story.pk, other.pk])


def test_consent_names_its_narrator_by_code(staff: Staff) -> None:
    consent = make_consent(make_story(staff, consented=False), by=staff.consent_officer)

    assert str(consent) == f"consent {consent.pk} of {consent.narrator.code}"
