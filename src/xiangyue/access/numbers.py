"""A person changes the number they sign in with."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from xiangyue.access import rules
from xiangyue.access.codes import check_code, required_mobile, send_code
from xiangyue.access.delivery import deliver_code
from xiangyue.access.limits import spend
from xiangyue.access.models import Account, Purpose
from xiangyue.access.services import AccountClosed, free_number, sign_out_everywhere
from xiangyue.activity.services import record
from xiangyue.kernel.refusals import Conflict
from xiangyue.places.models import Person

CHANGES_A_DAY = 3
TOLD = "number_changed"  # what the message to the old number is for


class SameNumber(Conflict):
    """The new number is the one they have."""

    code = "same_number"


class NumberTaken(Conflict):
    """The number is somebody else's in the register of people."""

    code = "number_taken"


def ask_for_number(*, account: Account, phone: str, at: datetime, ip: str) -> str:
    """Send a code to the number that the account shall have; returns its eleven digits.

    Whether somebody else has the number is not told before its holder has shown the code.

    :raises NotAMobileNumber: what was entered is none.
    :raises SameNumber: it is the account's own.
    :raises TooSoon: a limit per phone or per network is used up, as for signing in.
    """
    phone = required_mobile(phone)
    if phone == account.phone:
        message = _("You sign in with this number already.")
        raise SameNumber(message, fields={"phone": message})
    return send_code(phone=phone, purpose=Purpose.NUMBER, at=at, ip=ip)


def change_number(*, account: Account, phone: str, code: str, at: datetime) -> Account:
    """Give the account, and its person in the register, the number whose code was shown.

    The old number is told, every session ends and every token is revoked: whoever has the old
    phone has no more. Call it before your own transaction, as `check_code`.

    :raises CodeRefused: the code does not show that its bearer holds the phone.
    :raises NumberTaken: the register has it as somebody else's.
    :raises AccountClosed: the account may not sign in.
    :raises TooSoon: it was changed too often within a day.
    """
    phone = check_code(phone=phone, code=code, purpose=Purpose.NUMBER, at=at)
    try:
        return _changed(account, phone, at=at)
    except IntegrityError:  # somebody got it at this very moment
        raise _taken() from None


@transaction.atomic
def _changed(account: Account, phone: str, *, at: datetime) -> Account:
    person = Person.objects.select_for_update().get(pk=account.person_id)
    account = Account.objects.select_for_update().get(pk=account.pk)
    if not account.is_active:
        raise AccountClosed(_("This account is closed; please ask at the village office."))
    if Person.objects.filter(phone=phone).exclude(pk=person.pk).exists():
        raise _taken()
    spend(f"number of account {account.pk}", most=CHANGES_A_DAY, hours=24, at=at)
    before = account.phone
    if before != phone:
        free_number(phone)
    person.phone = account.phone = phone
    account.is_phone_verified = True
    person.save(update_fields=["phone"])
    account.save(update_fields=["phone", "is_phone_verified"])
    record(name="access.number_changed", subject=account, at=at, actor_id=person.pk)
    if before != phone and rules.mobile_number(before) is not None:
        text = _(
            "The number for signing in was changed from this one to %(number)s. If that was not"
            " you, please tell the village office at once."
        ) % {"number": rules.masked_number(phone)}
        deliver_code(phone=before, text=text, purpose=TOLD, at=at)
    return sign_out_everywhere(account=account, at=at)


def _taken() -> NumberTaken:
    return NumberTaken(
        _(
            "The register has this number as somebody else's. If it is yours, please have that"
            " corrected at the village office."
        )
    )
