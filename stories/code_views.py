"""The page on which a narrator takes a story back with four words: no account, no script, no cookie.

Whoever has the words can hide and ask for contact, nothing else; the page shows nothing of the story.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from editorial.door import show
from editorial.models import Channel, Edition
from editorial.without_cookie import TRAP, is_trapped, without_cookie
from stories import code_words, codes, guessing, parts, withdrawing
from stories.families import family_of
from stories.models import Scope, WithdrawalCase, WithdrawalCode

SALT = "stories.withdrawal"
#: Seconds between the words and the choice.
PATIENCE = 60 * 60
MOST_TYPED = code_words.LONGEST_TYPED

Text = str | Promise


@dataclass(frozen=True)
class Part:
    """What can be taken back by itself, as a narrator would say it."""

    scope: str
    label: Text


#: Only those that there are of the story are offered, and only to whoever has the words.
PARTS = (
    Part(Scope.PORTRAIT, gettext_lazy("My picture")),
    Part(Scope.REAL_NAME, gettext_lazy("My real name")),
    Part(Scope.VOICE, gettext_lazy("My voice")),
    Part(Scope.PARTNERS, gettext_lazy("Websites of other organisations")),
    Part(Scope.PRINT, gettext_lazy("Print")),
    Part(Scope.SOCIAL, gettext_lazy("Social media")),
    Part(Scope.TRANSLATION_EN, gettext_lazy("The English translation")),
    Part(Scope.TRANSLATION_KO, gettext_lazy("The Korean translation")),
)
WRONG = gettext_lazy("These are not the words of a code that is in force. Look at each of them, and try again.")
TOO_MANY = gettext_lazy(
    "Too many wrong words came from where you are. Try again in an hour, or ask the person who gave you the code."
)


@without_cookie
def withdraw(request: HttpRequest, language: str) -> HttpResponse:
    """Ask for the words, then for what to do; a POST of each."""
    with translation.override(language):
        if request.method != "POST":
            return _page(request, language)
        if request.POST.get("ticket"):
            return _choose(request, language)
        return _enter(request, language)


def _page(request: HttpRequest, language: str, *, status: int = 200, **context: object) -> HttpResponse:
    context |= {"trap": TRAP, "most_typed": MOST_TYPED}
    response = show(request, "stories/withdraw.html", context, language=language)
    response.status_code = status
    return response


def _enter(request: HttpRequest, language: str) -> HttpResponse:
    """Words that are no code cost as much as those that are, and are answered alike whatever they are."""
    now, typed = timezone.now(), request.POST.get("words", "")[:MOST_TYPED]
    one_try = guessing.begin_try(guessing.whence(request, now), now)
    code = codes.found(typed)
    if one_try is None:
        return _page(request, language, status=429, reason=TOO_MANY, words=typed)
    if code is None or is_trapped(request):
        guessing.was_wrong(now)
        return _page(request, language, status=422, reason=code_words.suggestion(typed, language) or WRONG)
    guessing.was_right(one_try)
    return _choices(request, language, code)


def _choices(request: HttpRequest, language: str, code: WithdrawalCode, reason: Text = "") -> HttpResponse:
    return _page(
        request,
        language,
        status=422 if reason else 200,
        ticket=signing.dumps(code.pk, salt=SALT),
        parts=[part for part in PARTS if part.scope in there_are(code)],
        reason=reason,
        is_hidden=is_hidden(code),
        typed=request.POST,
        chosen=request.POST.getlist("scopes"),
    )


def there_are(code: WithdrawalCode) -> list[str]:
    """The parts that whoever has this code could take back now."""
    return parts.there_are(code.story, family_of(code.story_id), [code.narrator_id])


def is_hidden(code: WithdrawalCode) -> bool:
    """Whether nobody sees the story anywhere, now or at a time that is set already."""
    family, now = family_of(code.story_id), timezone.now()
    if Edition.objects.filter(piece_id__in=family, publish_at__gt=now, ends_at__gt=now).exists():
        return False
    return not any(Edition.objects.public(channel, now).filter(piece_id__in=family).exists() for channel in Channel)


def _choose(request: HttpRequest, language: str) -> HttpResponse:
    try:
        code = codes.in_force(signing.loads(request.POST["ticket"], salt=SALT, max_age=PATIENCE))
    except (signing.BadSignature, TypeError, ValueError):
        code = None
    if code is None:
        return _page(request, language, status=422, reason=_("That took long. Type the words once more."))
    do, scopes = request.POST.get("do", ""), request.POST.getlist("scopes")
    known = {part.scope for part in PARTS}
    if do not in {"everything", "parts", "contact"}:
        return _choices(request, language, code, _("Choose what is to be done."))
    if do == "parts" and not (scopes and set(scopes) <= known):
        return _choices(request, language, code, _("Choose at least one part, or choose to hide everything."))
    wants_contact = do == "contact" or bool(request.POST.get("wants_contact"))
    there = set(there_are(code)) & set(scopes) if do == "parts" else set()
    if do == "parts" and not there:
        # Nothing was changed, so nothing is said to be done; whoever wants to hear from us still does.
        if wants_contact:
            withdrawing.ask_for_contact(code.story_id, narrator=code.narrator)
    else:
        _do(code, do, scopes, wants_contact=wants_contact)
    chosen = [part for part in PARTS if part.scope in scopes] if do == "parts" else []
    return _page(
        request,
        language,
        done=do,
        hidden=[part for part in chosen if part.scope in there],
        missing=[part for part in chosen if part.scope not in there],
        wants_contact=wants_contact,
    )


def _do(code: WithdrawalCode, do: str, scopes: list[str], *, wants_contact: bool) -> None:
    if do == "contact":
        withdrawing.ask_for_contact(code.story_id, narrator=code.narrator)
        return
    taken = WithdrawalCase.objects.filter(story_id=code.story_id, narrator=code.narrator, scopes=[])
    if is_hidden(code) and taken.filter(is_contact_only=False, wants_contact=wants_contact).exists():
        return  # the page was loaded again
    withdrawing.withdraw(
        code.story_id,
        by=None,
        source=WithdrawalCase.Source.CODE,
        scopes=scopes if do == "parts" else (),
        narrator=code.narrator,
        how="code",
        wants_contact=wants_contact,
    )
