"""Tags: one word is one tag however it is typed, and has a name in each language."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from editorial.models import Label, Tag
from editorial.models.tag import tag_key
from tests.makers import make_tag

pytestmark = pytest.mark.django_db

NFC = "한국어 교실"
NFD = "\u1112\u1161\u11ab\u1100\u116e\u11a8\u110b\u1165 \u1100\u116d\u1109\u1175\u11af"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Learning", "learning"),
        ("Learning", "  LEARNING "),
        ("Border crossing", "Border \t\u00a0 crossing"),
        (NFC, NFD),
        ("Caf\u00e9", "Cafe\u0301"),
        ("Straße", "STRASSE"),
    ],
)
def test_two_spellings_are_one_tag(one: str, other: str) -> None:
    assert tag_key(one) == tag_key(other)
    Tag.objects.create(name=one)

    with pytest.raises(IntegrityError), transaction.atomic():
        Tag.objects.create(name=other)


@pytest.mark.parametrize(("one", "other"), [("Learning", "Learnings"), ("교실", "교 실"), ("Work", "Works")])
def test_two_words_are_two_tags(one: str, other: str) -> None:
    Tag.objects.create(name=one)
    Tag.objects.create(name=other)

    assert Tag.objects.count() == 2


def test_name_is_kept_in_nfc_with_single_spaces() -> None:
    assert Tag.objects.create(name=f"  {NFD}  ").name == NFC


def test_new_tag_is_its_own_canonical_one() -> None:
    tag = make_tag()

    assert tag.canonical_id == tag.pk
    assert Tag.objects.get(pk=tag.pk).canonical == tag


def test_ids_are_exact_in_javascript_and_do_not_count() -> None:
    ids = [Tag(name=str(number)).pk for number in range(50)]

    assert len(set(ids)) == 50
    assert all(0 < one < 2**53 for one in ids)


def test_slug_keeps_korean_letters() -> None:
    assert Tag.objects.create(name=NFC).slug == "한국어-교실"


def test_label_is_the_name_in_a_language() -> None:
    tag = make_tag("Learning")
    Label.objects.create(tag=tag, language="ko", text="배움")

    assert tag.label("ko") == "배움"
    assert tag.label("en") == "Learning"


def test_second_label_in_a_language_is_refused() -> None:
    tag = make_tag("Learning")
    Label.objects.create(tag=tag, language="ko", text="배움")

    with pytest.raises(IntegrityError), transaction.atomic():
        Label.objects.create(tag=tag, language="ko", text="학습")


def test_unknown_facet_is_refused_by_the_database() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Tag.objects.create(name="Learning", facet="mood")
