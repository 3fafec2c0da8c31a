"""Whose stories they are: sealed names, evidence, third parties, codes; and what was taken back or erased."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile

from editorial import sealing, workflow
from stories import codes, evidence, person, recording, third_parties, withdrawing
from stories.models import Consent, Narrator, Scope, Story
from tests.leaks.canaries import Canary, said
from tests.leaks.planting import BOTH, HIDDEN, SEEN, World, days
from tests.leaks.seeing import NOBODY, OFFICER

#: Rows of stories whose narrators are known to the consent role in full.
KNOWN = ("draft", "live", "held", "refused later", "live with a real name")


def plant(world: World) -> None:
    with days(-6):
        for row in KNOWN:
            story = Story.objects.get(pk=world.pk(row))
            known(world, story, row)
            files(world, story, row)
        taken_back(world)


def secret(world: World, key: str, row: str) -> str:
    """What is sealed in that field."""
    return said(world.nest.plant(Canary(key, f"{row}, sealed", roles=OFFICER)))


def known(world: World, story: Story, row: str) -> None:
    """Everything that can be known of a narrator and of somebody else in the story."""
    narrator = story.narrators.get()

    def of_person(name: str) -> str:
        return secret(world, "stories.narrator.sealed", f"{row}: {name}")

    made = person.Person(
        names=(person.Name(of_person("name")), person.Name(of_person("former name"), person.NameKind.FORMER.value)),
        terms=(of_person("private term"),),
        contact=person.SafeContact(
            channel=of_person("channel"), address=of_person("address"), hours=of_person("hours"), language="ko",
            code_word=of_person("code word"),
        ),
        representative=of_person("representative"),
        guardian=of_person("guardian"),
        relatives=of_person("relatives"),
        notes=of_person("notes"),
    )  # fmt: skip
    person.write_person(narrator, made, by=world.staff.consent_officer)
    party = third_parties.add(
        story.pk, by=world.staff.consent_officer, relation="relative", action="omit",
        names=secret(world, "stories.thirdparty.sealed", f"{row}: names"),
        notes=secret(world, "stories.thirdparty.sealed", f"{row}: notes"),
    )  # fmt: skip
    assert party.pk
    words = codes.make(narrator.pk, story.pk, by=world.staff.consent_officer, language="en")
    world.nest.mark(
        Canary("stories.withdrawalcode.lookup", f"{row}: the words", roles=NOBODY, opens=True, literal=words)
    )
    world.codes[row] = words


def files(world: World, story: Story, row: str) -> None:
    """Evidence, and the interpreter of the conversation."""
    consent = Consent.objects.filter(story=story).first()
    assert consent is not None
    interpreter = secret(world, "stories.consent.sealed", f"{row}: interpreter")
    Consent.objects.filter(pk=consent.pk).update(
        sealed=sealing.seal({"interpreter": interpreter}, context=recording.context_of(consent))
    )
    inside = secret(world, "stories.evidence.name", f"{row}: what the file says")
    name = world.nest.plant(Canary("stories.evidence.name", f"{row}: name of the file", roles=NOBODY))
    upload = SimpleUploadedFile(f"{said(name, 12)}.txt", f"{inside}\n".encode(), content_type="text/plain")
    kept, unfit = evidence.checked([upload])
    assert not unfit, unfit
    for one in kept:
        evidence.keep(consent, one, by=world.staff.consent_officer)


def taken_back(world: World) -> None:
    """Withdrawn as a whole and in part, by the staff and by the code; erased by two people."""
    staff = world.staff
    whole = world.story("withdrawn")
    parts = world.story("live, partners withdrawn", SEEN)
    by_code = world.story("withdrawn by the code")
    erased = world.story("erased")
    with_translation = world.story("withdrawn with its translation", scopes=(*BOTH, Scope.TRANSLATION_KO))
    for story in (whole, parts, by_code, erased, with_translation):
        world.publish(story)
    translation = world.story(
        "translation of a withdrawn one", HIDDEN, language="ko", translation_of=with_translation, consented=False
    )
    world.consent(translation, (*BOTH, Scope.TRANSLATION_KO), start=-400, end=300)
    world.publish(translation)
    with days(-5):
        withdrawing.withdraw(whole.pk, by=staff.consent_officer, source="officer")
        withdrawing.withdraw(parts.pk, by=staff.publisher, source="publisher", scopes=[Scope.PARTNERS.value])
        for canary in world.nest:
            if canary.row == "live, partners withdrawn":
                canary.surfaces -= {"partners"}
                canary.must -= {"partners"}
        narrator: Narrator = by_code.narrators.get()
        withdrawing.withdraw(by_code.pk, by=None, source="code", narrator=narrator)
        withdrawing.withdraw(with_translation.pk, by=staff.consent_officer, source="officer")
        withdrawing.withdraw(erased.pk, by=staff.consent_officer, source="officer")
        workflow.erase(erased.pk, by=staff.consent_officer)
        workflow.erase(erased.pk, by=staff.publisher)
    for canary in world.nest:
        if canary.row == "erased" and not canary.key.startswith("editorial.tag"):
            canary.roles = NOBODY
