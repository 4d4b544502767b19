"""Six digits sent to a phone show that whoever enters them holds it."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xiangyue.access import rules
from xiangyue.access.delivery import deliver_code
from xiangyue.access.limits import take
from xiangyue.access.models import CodeTally, PhoneCode, Purpose
from xiangyue.access.rules import Verdict
from xiangyue.kernel.refusals import Refused


class NotAMobileNumber(Refused):
    """What was entered is no mainland mobile number."""

    code = "not_a_mobile_number"


class CodeRefused(Refused):
    """The code does not show that its bearer holds the phone; `verdict` says why."""

    code = "code_refused"

    def __init__(self, verdict: Verdict, left: int) -> None:
        message = _sentence(verdict, left)
        super().__init__(message, fields={"code": message})
        self.verdict = verdict


def required_mobile(text: str) -> str:
    """The eleven digits of a mobile number as typed.

    :raises NotAMobileNumber: it is none.
    """
    phone = rules.mobile_number(text)
    if phone is None:
        message = _("Please enter a mobile number of eleven digits.")
        raise NotAMobileNumber(message, fields={"phone": message})
    return phone


@transaction.atomic
def send_code(*, phone: str, purpose: Purpose, at: datetime, ip: str) -> str:
    """Send a new code to the phone; the one sent before for this purpose is void.

    It goes out to known and unknown numbers alike, and creates neither person nor account.
    Returns the phone number as eleven digits.

    :raises NotAMobileNumber: what was entered is none.
    :raises TooSoon: a limit per phone or per network is used up.
    :raises NoChannel: no channel is configured.
    """
    phone = required_mobile(phone)
    purpose = Purpose(purpose)
    # Always the network first, so that two askers never wait for each other.
    take(f"codes to network {rules.network_of(ip)}", rules.CODES_PER_NETWORK, at=at)
    take(f"codes to phone {phone}", rules.CODES_PER_PHONE, at=at)
    code = issue_code(phone=phone, purpose=purpose, at=at)
    minutes = rules.CODE_LIFE // timedelta(minutes=1)
    text = _(
        "%(purpose)s: your code is %(code)s, good for %(minutes)s minutes. Tell it to nobody."
    ) % {"purpose": purpose.label, "code": code, "minutes": minutes}
    deliver_code(phone=phone, text=text, purpose=purpose, at=at)
    return phone


def issue_code(*, phone: str, purpose: Purpose, at: datetime) -> str:
    """A new code for the phone, sent to nobody; the one before for this purpose is void.

    For `send_code`, and for whoever runs the installation and hands it over in person.

    :raises NotAMobileNumber: what was entered is none.
    """
    phone = required_mobile(phone)
    code = f"{secrets.randbelow(1_000_000):06}"
    PhoneCode.objects.update_or_create(
        phone_digest=_keyed(f"phone:{phone}"),
        purpose=purpose,
        defaults={
            "digest": _code_digest(phone, purpose, code),
            "sent_at": at,
            "expires_at": at + rules.CODE_LIFE,
            "wrong_count": 0,
            "used_at": None,
        },
    )
    return code


@transaction.atomic(durable=True)
def _try_code(*, phone: str, code: str, purpose: Purpose, at: datetime) -> tuple[Verdict, int]:
    """Spend the code or count the wrong guess; durable, so that no refusal undoes the count."""
    row = (
        PhoneCode.objects.select_for_update()
        .filter(phone_digest=_keyed(f"phone:{phone}"), purpose=purpose)
        .first()
    )
    if row is None:
        return Verdict.NONE_SENT, 0
    typed = rules.typed_code(code)
    verdict = rules.judge_code(
        expires_at=row.expires_at,
        is_used=row.used_at is not None,
        wrong_count=row.wrong_count,
        is_match=constant_time_compare(row.digest, _code_digest(phone, purpose, typed)),
        at=at,
    )
    if verdict is Verdict.RIGHT:
        row.used_at = at
    elif verdict is Verdict.WRONG:
        row.wrong_count += 1
    row.save(update_fields=["used_at", "wrong_count"])
    return verdict, rules.CODE_GUESSES - row.wrong_count


def check_code(*, phone: str, code: str, purpose: Purpose, at: datetime) -> str:
    """Use up the code sent to the phone for this purpose; returns the phone as eleven digits.

    Call it before your own transaction: a wrong guess is counted whatever happens next.

    :raises NotAMobileNumber: what was entered as phone is none.
    :raises CodeRefused: wrong, used, expired, guessed at too often, or never sent.
    """
    phone = required_mobile(phone)
    verdict, left = _try_code(phone=phone, code=code, purpose=purpose, at=at)
    if verdict is not Verdict.RIGHT:
        raise CodeRefused(verdict, left)
    return phone


def _sentence(verdict: Verdict, left: int) -> str:
    match verdict:
        case Verdict.WRONG if left > 0:
            return ngettext(
                "That is not the code; you can try once more.",
                "That is not the code; you can try %(left)s more times.",
                left,
            ) % {"left": left}
        case Verdict.WRONG | Verdict.GUESSED_OUT:
            return _("That was not the code too many times; please ask for a new one.")
        case Verdict.EXPIRED:
            return _("That code has expired; please ask for a new one.")
        case Verdict.USED:
            return _("That code has been used already; please ask for a new one.")
        case _:
            return _("No code was sent to that number; please ask for one.")


@transaction.atomic
def forget_codes(*, at: datetime) -> int:
    """Delete the codes and tallies of more than a day ago; returns how many rows went."""
    day_ago = at - timedelta(days=1)
    codes, _by_model = PhoneCode.objects.filter(expires_at__lt=day_ago).delete()
    tallies, _by_model = CodeTally.objects.filter(latest_at__lt=day_ago).delete()
    return codes + tallies


def _keyed(text: str) -> str:
    return salted_hmac("xiangyue.access.codes", text, algorithm="sha256").hexdigest()


def _code_digest(phone: str, purpose: str, code: str) -> str:
    return _keyed(f"code:{purpose}:{phone}:{code}")
