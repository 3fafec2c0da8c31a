"""The digest of a content: the same for the same content, whatever the order of its keys."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editorial.digests import canonical, changed_fields, digest_of, without_defaults

KEY = "00" * 32

texts = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=12)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
contents = st.dictionaries(texts, values, max_size=8)


def shuffled(value: Any, dice: random.Random) -> Any:
    """The same value with the keys of every dictionary in another order."""
    if isinstance(value, dict):
        keys = list(value)
        dice.shuffle(keys)
        return {key: shuffled(value[key], dice) for key in keys}
    return [shuffled(one, dice) for one in value] if isinstance(value, list) else value


@given(contents, st.randoms(use_true_random=False))
def test_order_of_keys_does_not_matter(content: dict[str, Any], dice: random.Random) -> None:
    assert digest_of(shuffled(content, dice), key=KEY) == digest_of(content, key=KEY)


@given(contents, st.sampled_from(["", None, [], {}, False]))
def test_field_that_says_nothing_changes_no_digest(content: dict[str, Any], nothing: Any) -> None:
    later = content | {"a field of next year": nothing}

    assert digest_of(later, key=KEY) == digest_of(content, key=KEY)
    assert changed_fields(content, later) == []


@given(contents)
def test_field_that_says_something_changes_the_digest(content: dict[str, Any]) -> None:
    later = content | {"a field of next year": "something"}

    assert digest_of(later, key=KEY) != digest_of(content, key=KEY)
    assert changed_fields(content, later) == ["a field of next year"]


def test_canonical_text_is_sorted_without_white_space_and_keeps_letters() -> None:
    content = {"title": "첫 교실", "byline": "", "tags": [2, 1], "credit": None}

    assert canonical(content) == '{"tags":[2,1],"title":"첫 교실"}'


def test_zero_is_no_default() -> None:
    assert without_defaults({"zero": 0, "no": False, "point": 0.0}) == {"zero": 0, "point": 0.0}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"tags": [1, 2]}, {"tags": [2, 1]}),
        ({"title": "Caf\u00e9"}, {"title": "Cafe\u0301"}),
        ({"value": "36"}, {"value": "36.0"}),
        ({"value": "1"}, {"value": 1}),
        ({"value": 1}, {"value": True}),
        ({"a": "x", "b": "y"}, {"a": "y", "b": "x"}),
        ({"title": "a"}, {"title": "a "}),
    ],
)
def test_contents_that_differ_have_digests_that_differ(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert digest_of(one, key=KEY) != digest_of(other, key=KEY)


def test_digest_depends_on_the_key_of_the_piece() -> None:
    content = {"title": "A first classroom"}

    assert digest_of(content, key=KEY) != digest_of(content, key="11" * 32)
    assert len(digest_of(content, key=KEY)) == 64


def test_changed_fields_are_names_in_order() -> None:
    before = {"title": "One", "byline": "A name", "body": "<p>Text</p>"}
    after = {"title": "Two", "body": "<p>Text</p>", "takeaway": "Read."}

    assert changed_fields(before, after) == ["byline", "takeaway", "title"]
