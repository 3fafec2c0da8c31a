"""Pictures at the desk: the library, the upload, the page of one picture, and the form of a piece."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from editorial import workflow
from editorial.comparing import rows
from editorial.models import Event, Picture, PiecePicture
from editorial.pictures import keeping, storing
from editorial.pictures.recipe import Recipe, Shape
from editorial.pictures.ticking import Thing
from tests.makers import Staff, make_page, make_story, publish
from tests.pictures import ALL_ABSENT, BOX, file_of, make_picture, png, use

LIST = "/admin/editorial/picture/"
ADD = f"{LIST}add/"


def client_of(user: Any) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    return client


def page_of(picture: Picture, what: str = "change/") -> str:
    return f"{LIST}{picture.pk}/{what}"


def file(name: str, data: bytes, kind: str = "image/png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, kind)


def sent(picture: Picture, *shapes: Shape, **more: Any) -> dict[str, Any]:
    """What the form of the page sends."""
    columns: dict[str, Any] = {name: [] for name in ("kind", "x", "y", "width", "height")}
    for shape in [*shapes, None]:
        for name, values in columns.items():
            value = "" if shape is None else getattr(shape, name)
            values.append(value if name == "kind" or shape is None else f"{value * 100:g}")
    return {**columns, "focal_x": "50", "focal_y": "50", "version": picture.lock_version, **more}


def ticked(answer: str = "absent") -> dict[str, str]:
    return {f"seen-{thing.value}": answer for thing in Thing}


# --- Upload -----------------------------------------------------------------------------------------------------------
def test_form_without_a_script_takes_several_files_and_names_those_refused(staff: Staff) -> None:
    files = [file("one.png", png()), file("<b>two.svg", b"<svg xmlns='x'/>", "image/svg+xml"), file("a.png", b"")]

    response = client_of(staff.contributor).post(ADD, {"files": files, "label": "Kitchen"})

    text = response.content.decode()
    assert response.status_code == 422
    assert "&lt;b&gt;two.svg" in text
    assert "SVG is not accepted" in text
    assert "The file is empty" in text
    assert Picture.objects.get().label == "Kitchen 1"
    assert len(list(storing.originals.names())) == 1


def test_one_file_leads_on_to_its_page(staff: Staff) -> None:
    response = client_of(staff.contributor).post(ADD, {"files": [file("one.png", png())]})

    assert response.headers["Location"] == page_of(Picture.objects.get()) + "?draw=1"


def test_script_is_answered_in_json(staff: Staff) -> None:
    client = client_of(staff.contributor)
    good = client.post(ADD, {"files": [file("one.png", png())]}, headers={"Accept": "application/json"})
    bad = client.post(ADD, {"files": [file("a.gif", b"GIF89a", "image/gif")]}, headers={"Accept": "application/json"})

    assert good.json()["made"][0]["url"].startswith(LIST)
    assert (bad.status_code, bad.json()["refused"][0]["name"]) == (422, "a.gif")


def test_no_file_at_all_is_said(staff: Staff) -> None:
    assert "Choose at least one file" in client_of(staff.contributor).post(ADD, {}).content.decode()


@pytest.mark.parametrize(
    ("who", "status"), [("contributor", 200), ("editor", 200), ("reviewer", 403), ("publisher", 403)]
)
def test_upload_is_for_who_writes_pieces(staff: Staff, who: str, status: int) -> None:
    assert client_of(getattr(staff, who)).get(ADD).status_code == status


# --- The library ------------------------------------------------------------------------------------------------------
def test_list_shows_public_files_and_never_an_original(staff: Staff) -> None:
    ready, raw = make_picture(staff), keeping.upload(png(), by=staff.contributor, label="Unseen")

    text = client_of(staff.reviewer).get(LIST).content.decode()

    assert f"{LIST}file/{file_of(ready).name}.jpg" in text
    assert text.count('<img class="thumbnail"') == 1
    assert "original" not in text.partition("results")[2].partition("</table>")[0]
    assert raw.label in text


def test_list_costs_as_many_queries_for_many_as_for_one(staff: Staff) -> None:
    client = client_of(staff.editor)
    make_picture(staff)

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(LIST).status_code == 200
        return len(captured)

    cost()
    few = cost()
    for _number in range(4):
        make_picture(staff)

    assert cost() == few


@pytest.mark.parametrize("stage", ["open", "preparing", "ready", "mine", "nonsense"])
def test_list_is_narrowed_by_how_far_a_picture_has_come(staff: Staff, stage: str) -> None:
    make_picture(staff)

    assert client_of(staff.editor).get(f"{LIST}?stage={stage}").status_code in {200, 302}


def test_public_file_at_the_desk_is_kept_by_nobody(staff: Staff) -> None:
    path = f"{LIST}file/{file_of(make_picture(staff)).name}.jpg"

    response = client_of(staff.reviewer).get(path)

    assert (response.status_code, response.headers["Cache-Control"]) == (200, "no-store")
    assert Client(headers={"host": "localhost"}).get(path).status_code == 302


# --- The original -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "status"),
    [("contributor", 200), ("editor", 200), ("consent_officer", 200), ("reviewer", 403), ("publisher", 403)],
)
def test_original_is_shown_to_who_covers_places_in_it(staff: Staff, who: str, status: int) -> None:
    response = client_of(getattr(staff, who)).get(page_of(make_picture(staff), "original/"))

    assert (response.status_code, response.headers["Cache-Control"]) == (status, "no-store")


def test_page_shows_the_original_only_when_it_is_asked_for(staff: Staff) -> None:
    picture = make_picture(staff)
    client = client_of(staff.editor)

    assert page_of(picture, "original/") not in client.get(page_of(picture)).content.decode()
    assert page_of(picture, "original/") in client.get(page_of(picture) + "?draw=1").content.decode()
    assert not Event.objects.filter(verb="see_original").exists()


def test_reviewer_sees_what_readers_get_and_nothing_to_draw_on(staff: Staff) -> None:
    picture = make_picture(staff)

    text = client_of(staff.reviewer).get(page_of(picture) + "?draw=1").content.decode()

    assert file_of(picture).name in text
    assert page_of(picture, "original/") not in text


# --- Covering ---------------------------------------------------------------------------------------------------------
def test_shapes_typed_as_numbers_are_saved_with_the_tick_list(staff: Staff) -> None:
    picture = make_picture(staff)
    data = sent(picture, BOX, **(ticked() | {"seen-face": "covered"}))

    response = client_of(staff.contributor).post(page_of(picture, "do/save/"), data)

    picture.refresh_from_db()
    assert response.status_code == 302
    assert Recipe.from_json(picture.recipe).shapes == (BOX,)
    assert picture.seen["face"] == "covered"


def test_shape_over_the_edge_ends_there_and_a_comma_is_a_point(staff: Staff) -> None:
    picture = make_picture(staff)
    data = sent(picture) | {"kind": ["box"], "x": ["90,5"], "y": ["-5"], "width": ["20"], "height": ["15"]}

    client_of(staff.editor).post(page_of(picture, "do/save/"), data)

    picture.refresh_from_db()
    assert Recipe.from_json(picture.recipe).shapes == (Shape("box", 0.905, 0, 0.095, 0.1),)


@pytest.mark.parametrize("odd", ["x", "nan", "inf", "1e999", "--1"])
def test_number_that_is_none_changes_nothing_and_keeps_what_was_typed(staff: Staff, odd: str) -> None:
    picture = make_picture(staff)
    data = sent(picture) | {"kind": ["box"], "x": ["10"], "y": ["10"], "width": [odd], "height": ["15"]}

    response = client_of(staff.editor).post(page_of(picture, "do/save/"), data)

    picture.refresh_from_db()
    assert response.status_code == 422
    assert f'value="{odd}"' in response.content.decode()
    assert Recipe.from_json(picture.recipe).shapes == ()


def test_unfinished_tick_list_keeps_what_was_drawn(staff: Staff) -> None:
    picture = make_picture(staff)
    data = sent(picture, BOX, **{"seen-face": "covered"})

    response = client_of(staff.editor).post(page_of(picture, "do/save/"), data)

    picture.refresh_from_db()
    assert response.status_code == 422
    assert Recipe.from_json(picture.recipe).shapes == (BOX,)
    assert f'name="version" value="{picture.lock_version}"' in response.content.decode()


def test_other_version_is_refused_with_what_was_drawn(staff: Staff) -> None:
    picture = make_picture(staff)
    data = sent(picture, BOX)
    keeping.cover(picture.pk, Recipe(focal_x=0.1), by=staff.editor, version=0)

    response = client_of(staff.contributor).post(page_of(picture, "do/save/"), data)

    assert response.status_code == 422
    assert "Somebody changed this picture" in response.content.decode()


def test_preview_is_made_of_what_is_sent_and_nothing_is_kept(staff: Staff) -> None:
    picture = make_picture(staff)

    response = client_of(staff.editor).post(page_of(picture, "preview/"), sent(picture, Shape("box", 0, 0, 1, 1)))

    from io import BytesIO

    from PIL import Image

    assert response.headers["Content-Type"] == "image/jpeg", response.content
    middle = Image.open(BytesIO(response.content)).getpixel((32, 24))
    assert all(abs(a - b) < 6 for a, b in zip(middle, (138, 134, 128), strict=True))  # type: ignore[arg-type]
    picture.refresh_from_db()
    assert Recipe.from_json(picture.recipe) == Recipe()


def test_preview_is_not_for_who_may_not_see_the_original(staff: Staff) -> None:
    picture = make_picture(staff)

    assert client_of(staff.reviewer).post(page_of(picture, "preview/"), sent(picture)).status_code == 403


def test_name_and_subjects_are_saved_on_the_page(staff: Staff) -> None:
    picture, story = make_picture(staff), make_story(staff)
    data = {"label": "Her hands", "credit": "", "subjects": [story.pk], "version": 0}

    assert client_of(staff.contributor).post(page_of(picture, "do/about/"), data).status_code == 302

    picture.refresh_from_db()
    assert (picture.label, picture.subjects.count()) == ("Her hands", 1)


def test_original_is_destroyed_and_a_picture_dropped_from_the_page(staff: Staff) -> None:
    picture = make_picture(staff)
    client = client_of(staff.editor)

    client.post(page_of(picture, "do/destroy/"))
    picture.refresh_from_db()
    assert picture.original_destroyed_at is not None
    assert client.post(page_of(picture, "do/drop/")).headers["Location"] == LIST
    assert client.get(page_of(picture)).status_code == 404


def test_place_where_it_is_used_has_no_title_for_who_may_not_see_it(staff: Staff) -> None:
    from editorial.admin.picture_page import where_used
    from tests.makers import make_user

    page, picture = make_page(staff), make_picture(staff)
    use(page, picture, staff)
    publish(page, staff)

    assert [one.title for one in where_used(picture, staff.editor)] == ["About"]
    assert [one.title for one in where_used(picture, make_user("Administrator"))] == [""]


# --- The form of a piece ----------------------------------------------------------------------------------------------
def form_data(client: Client, address: str) -> dict[str, Any]:
    response = client.get(address)
    context = response.context
    data = {name: context["adminform"].form.initial.get(name) or "" for name in context["adminform"].form.fields}
    data |= {"tags": "", "_save": "1"}
    for inline in context["inline_admin_formsets"]:
        data |= {
            f"{inline.formset.prefix}-{key}": value for key, value in inline.formset.management_form.initial.items()
        }
    return data


def test_pictures_are_chosen_in_the_form_and_part_of_the_save(staff: Staff) -> None:
    page, picture = make_page(staff), make_picture(staff)
    client = client_of(staff.contributor)
    address = reverse("admin:reading_page_change", args=[page.pk])
    data = form_data(client, address)
    data |= {
        "piece_pictures-TOTAL_FORMS": 1,
        "piece_pictures-0-picture": picture.pk,
        "piece_pictures-0-alt": "A table.",
        "piece_pictures-0-is_lead": "on",
        "piece_pictures-0-position": 0,
        "piece_pictures-0-caption": "",
    }

    response = client.post(address, data)

    assert response.status_code == 302
    use_ = PiecePicture.objects.get(piece_id=page.pk)
    assert (use_.picture_id, use_.alt, use_.is_lead) == (picture.pk, "A table.", True)
    page.refresh_from_db()
    revision = page.revisions.all()[0]
    assert revision.changed == ["pictures"]
    assert revision.content["pictures"][0]["alt"] == "A table."


def test_form_that_says_nothing_of_pictures_leaves_them(staff: Staff) -> None:
    page = make_page(staff)
    use(page, make_picture(staff), staff)
    client = client_of(staff.contributor)
    address = reverse("admin:reading_page_change", args=[page.pk])
    data = {name: value for name, value in form_data(client, address).items() if "piece_pictures" not in name}

    assert client.post(address, data | {"title": "Other"}).status_code == 302

    assert PiecePicture.objects.filter(piece_id=page.pk).count() == 1


def test_decorative_picture_with_words_is_refused_in_the_form(staff: Staff) -> None:
    page, picture = make_page(staff), make_picture(staff)
    client = client_of(staff.contributor)
    address = reverse("admin:reading_page_change", args=[page.pk])
    data = form_data(client, address) | {
        "piece_pictures-TOTAL_FORMS": 1,
        "piece_pictures-0-picture": picture.pk,
        "piece_pictures-0-alt": "A table.",
        "piece_pictures-0-is_decorative": "on",
        "piece_pictures-0-position": 0,
    }

    response = client.post(address, data)

    assert response.status_code == 200
    assert "A decorative picture has no alternative text" in response.content.decode()


def test_two_leading_pictures_are_refused_in_the_form(staff: Staff) -> None:
    page = make_page(staff)
    client = client_of(staff.contributor)
    address = reverse("admin:reading_page_change", args=[page.pk])
    data = form_data(client, address) | {"piece_pictures-TOTAL_FORMS": 2}
    for number in range(2):
        prefix = f"piece_pictures-{number}"
        data |= {
            f"{prefix}-picture": make_picture(staff).pk,
            f"{prefix}-alt": "x",
            f"{prefix}-is_lead": "on",
            f"{prefix}-position": number,
        }

    assert "Only one picture leads the page" in client.post(address, data).content.decode()


def test_form_with_many_pictures_costs_as_much_as_with_one(staff: Staff) -> None:
    page = make_page(staff)
    use(page, make_picture(staff), staff)
    client = client_of(staff.contributor)
    address = reverse("admin:reading_page_change", args=[page.pk])

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    cost()
    one = cost()
    for number in range(3):
        use(page, make_picture(staff), staff, position=number + 1)

    assert cost() == one


def test_pictures_to_choose_from_are_for_who_sees_pictures(staff: Staff) -> None:
    from tests.makers import make_user

    make_picture(staff, label="Kitchen")

    found = client_of(staff.contributor).get("/admin/choose/picture/?q=kit").json()["results"]
    assert [one["text"] for one in found] == ["Kitchen"]
    assert client_of(make_user("Administrator")).get("/admin/choose/picture/").json()["results"] == []


def test_reviewer_sees_the_pictures_of_a_text_without_changing_them(staff: Staff) -> None:
    page, picture = make_page(staff), make_picture(staff)
    use(page, picture, staff)

    text = client_of(staff.reviewer).get(reverse("admin:reading_page_change", args=[page.pk])).content.decode()

    assert file_of(picture).name in text
    assert 'name="piece_pictures-0-alt"' not in text


# --- The past of a piece ----------------------------------------------------------------------------------------------
def test_covering_is_shown_in_words_when_two_texts_are_compared(staff: Staff) -> None:
    page, picture = make_page(staff), make_picture(staff)
    use(page, picture, staff, alt="A table.")
    before = page.content()
    keeping.cover(picture.pk, Recipe(shapes=(BOX,)), by=staff.editor, version=0)
    PiecePicture.objects.update(alt="A table with bread.")

    (difference,) = rows(before, page.content(), page)

    html = str(difference.after_html)
    assert (difference.name, difference.label) == ("pictures", "Pictures of the piece")
    assert "A table" in html
    assert "Box: 25 % to 75 % across, 25 % to 75 % down" in html
    assert picture.recipe_digest not in html
    assert picture.label in html


def test_place_of_a_picture_in_the_text_is_compared_by_its_name(staff: Staff) -> None:
    page, picture = make_page(staff), make_picture(staff)
    after = page.content() | {"body": f'{page.body}<figure data-picture="{picture.pk}"></figure>'}

    (difference,) = rows(page.content(), after, page)

    assert "Picture: A table" in str(difference.after_html)


def test_earlier_text_comes_back_with_its_pictures(staff: Staff) -> None:
    page, picture = make_page(staff), make_picture(staff)
    use(page, picture, staff, caption="A caption.", is_lead=True)
    number = page.revisions.all()[0].number
    page.piece_pictures.all().delete()
    workflow.save(page.pk, by=staff.contributor)

    workflow.restore(page.pk, by=staff.contributor, revision_number=number)

    use_ = PiecePicture.objects.get(piece_id=page.pk)
    assert (use_.picture_id, use_.caption, use_.is_lead) == (picture.pk, "A caption.", True)


def test_preview_at_the_desk_shows_pictures_by_the_desks_own_path(staff: Staff) -> None:
    page, picture = make_page(staff), make_picture(staff)
    use(page, picture, staff, is_lead=True)
    client = client_of(staff.reviewer)

    text = client.get(reverse("admin:reading_page_preview", args=[page.pk])).content.decode()

    assert f'src="{LIST}file/{file_of(picture).name}.jpg"' in text
    assert client.get(f"{LIST}file/{file_of(picture).name}.jpg").status_code == 200


def test_answers_of_the_tick_list_are_complete(staff: Staff) -> None:
    assert set(ALL_ABSENT) == {thing.value for thing in Thing}
