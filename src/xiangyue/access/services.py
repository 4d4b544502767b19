"""Verbs on accounts, API tokens and a person's own data."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from allauth.mfa.utils import is_mfa_enabled
from django.db import transaction
from django.utils.translation import gettext as _

from xiangyue.access.codes import check_code
from xiangyue.access.models import (
    READABLE,
    Account,
    ApiToken,
    DataRequest,
    PersonalRead,
    Purpose,
    Wish,
    new_session_salt,
)
from xiangyue.access.queries import token_digest
from xiangyue.activity.services import record
from xiangyue.kernel.refusals import Conflict, NotAllowed, Refused
from xiangyue.places.models import Person

TOKEN_DAYS_MOST = 365
TOKENS_MOST = 20


class AccountClosed(NotAllowed):
    """The account may not sign in."""

    code = "account_closed"


class SecondFactorNeeded(NotAllowed):
    """A code alone is not enough for this account."""

    code = "second_factor_needed"


class NotFilledIn(Refused):
    """Something needed is missing or too long."""

    code = "not_filled_in"


class OwnRequest(NotAllowed):
    """Nobody decides on their own request."""

    code = "own_request"


def sign_in(*, phone: str, code: str, at: datetime) -> Account:
    """The account of whoever holds the phone, opened now if there was none.

    An account is the registered person's whose number it is; a number that nobody has becomes a
    new person. The code is used up. Starting the session is the page's affair.

    :raises CodeRefused: the code does not show that its bearer holds the phone.
    :raises AccountClosed: the account may not sign in.
    """
    phone = check_code(phone=phone, code=code, purpose=Purpose.SIGN_IN, at=at)
    return _enter(phone=phone, at=at)


def sign_in_program(*, phone: str, code: str, at: datetime) -> Account:
    """As `sign_in`, for a program that is about to be given a token.

    :raises CodeRefused: the code does not show that its bearer holds the phone.
    :raises AccountClosed: the account may not sign in.
    :raises SecondFactorNeeded: the account has a second factor, which a code alone must not
        get round.
    """
    phone = check_code(phone=phone, code=code, purpose=Purpose.TOKEN, at=at)
    account = _enter(phone=phone, at=at)
    if is_mfa_enabled(account):
        raise SecondFactorNeeded(
            _("This account has a second factor; please sign in on the pages to make a token.")
        )
    return account


def person_by_code(*, phone: str, code: str, at: datetime) -> Person:
    """The person who just showed that the phone is theirs, for a report made without signing in.

    Nobody is signed in and no account is opened; a number that nobody has becomes a new person.
    Call it before your own transaction, as `check_code`.

    :raises CodeRefused: the code does not show that its bearer holds the phone.
    """
    phone = check_code(phone=phone, code=code, purpose=Purpose.REPORT, at=at)
    with transaction.atomic():
        return _person_with(phone)


@transaction.atomic
def _enter(*, phone: str, at: datetime) -> Account:
    account = account_of(phone=phone, at=at)
    if not account.is_active:
        raise AccountClosed(_("This account is closed; please ask at the village office."))
    record(name="access.signed_in", subject=account, at=at, actor_id=account.person_id)
    return account


def account_of(*, phone: str, at: datetime) -> Account:
    """The account that a just verified number belongs to, made or moved as needed.

    The county's register of people decides whose a number is: an account whose person has
    another number now loses this one, for numbers are given out again.
    """
    person = _person_with(phone)
    account = Account.objects.select_for_update().filter(person=person).first()
    if account is not None and account.phone == phone:
        if not account.is_phone_verified:
            account.is_phone_verified = True
            account.save(update_fields=["is_phone_verified"])
        return account
    free_number(phone)
    if account is not None:
        account.phone = phone
        account.is_phone_verified = True
        account.save(update_fields=["phone", "is_phone_verified"])
        return account
    account = Account.objects.create(
        phone=phone, person=person, is_phone_verified=True, created_at=at
    )
    record(name="access.account_opened", subject=account, at=at, actor_id=person.pk)
    return account


def _person_with(phone: str) -> Person:
    """The person whose number it is, made now if nobody has it; their row is locked."""
    person, _is_new = Person.objects.get_or_create(phone=phone, defaults={"name": _("Resident")})
    return Person.objects.select_for_update().get(pk=person.pk)


def free_number(phone: str) -> None:
    """Take the number from an account whose person no longer has it, and end its sessions."""
    for stale in Account.objects.select_for_update().filter(phone=phone):
        stale.phone = f"-{stale.pk.hex[-19:]}"
        stale.is_phone_verified = False
        stale.session_salt = new_session_salt()
        stale.save(update_fields=["phone", "is_phone_verified", "session_salt"])


@transaction.atomic
def sign_out_everywhere(*, account: Account, at: datetime) -> Account:
    """End every session of the account and revoke its API tokens."""
    account = Account.objects.select_for_update().get(pk=account.pk)
    account.session_salt = new_session_salt()
    account.save(update_fields=["session_salt"])
    account.api_tokens.filter(revoked_at=None).update(revoked_at=at)
    record(name="access.signed_out_everywhere", subject=account, at=at, actor_id=account.person_id)
    return account


@transaction.atomic
def create_token(
    *, account: Account, name: str, at: datetime, days: int = 90
) -> tuple[ApiToken, str]:
    """A new bearer token and its secret, which is kept nowhere and so shown only now.

    :raises NotFilledIn: without a name, or for less than a day or more than a year.
    :raises Conflict: the account has twenty working tokens already.
    """
    name = name.strip()
    if not name or len(name) > 60 or not name.isprintable():
        message = _("Please say in at most 60 characters what the program is.")
        raise NotFilledIn(message, fields={"name": message})
    if not 1 <= days <= TOKEN_DAYS_MOST:
        message = _("A token lasts between 1 and %(most)s days.") % {"most": TOKEN_DAYS_MOST}
        raise NotFilledIn(message, fields={"days": message})
    account = Account.objects.select_for_update().get(pk=account.pk)
    working = account.api_tokens.filter(revoked_at=None, expires_at__gt=at).count()
    if working >= TOKENS_MOST:
        raise Conflict(_("There are too many tokens already; please revoke one first."))
    secret = f"xy_{secrets.token_urlsafe(32)}"
    token = ApiToken.objects.create(
        account=account,
        name=name,
        digest=token_digest(secret),
        created_at=at,
        expires_at=at + timedelta(days=days),
    )
    record(
        name="access.token_created",
        subject=token,
        at=at,
        actor_id=account.person_id,
        facts={"expires_at": token.expires_at.isoformat()},
    )
    return token, secret


@transaction.atomic
def revoke_token(*, token: ApiToken, at: datetime) -> ApiToken:
    """Shut out whoever bears the token, from now on; revoking it again changes nothing."""
    token = ApiToken.objects.select_for_update().get(pk=token.pk)
    if token.revoked_at is None:
        token.revoked_at = at
        token.save(update_fields=["revoked_at"])
        record(
            name="access.token_revoked",
            subject=token,
            at=at,
            actor_id=token.account.person_id,
        )
    return token


@transaction.atomic
def log_read(
    *, reader: Person, subject: Person, what: str, purpose: str, at: datetime
) -> PersonalRead | None:
    """Note that `reader` saw personal data of `subject`, `what` of it and why (GD05, PE02).

    `what` lists keys of `models.READABLE`, separated by commas. The subject sees it on their
    own page. Reading one's own data is not noted (None).

    :raises NotFilledIn: without a purpose nobody reads personal data.
    :raises ValueError: `what` names something that is not readable.
    """
    keys = [key.strip() for key in what.split(",")]
    if unknown := set(keys) - READABLE.keys():
        raise ValueError(f"Not personal data that can be read: {sorted(unknown)}")
    if reader.pk == subject.pk:
        return None
    purpose = _written(purpose)
    if not purpose:
        message = _("Please say what you need to see this for.")
        raise NotFilledIn(message, source="GD05", fields={"purpose": message})
    read = PersonalRead.objects.create(
        reader=reader, subject=subject, what=",".join(keys), purpose=purpose[:200], read_at=at
    )
    record(
        name="access.personal_data_read",
        subject=read,
        at=at,
        actor_id=reader.pk,
        facts={"subject": str(subject.pk), "what": keys},
    )
    return read


@transaction.atomic
def log_many_reads(
    *, reader_id: UUID, seen: Sequence[tuple[UUID, str]], purpose: str, at: datetime
) -> int:
    """As `log_read` for a list: pairs of whose data and what of it; returns how many were noted.

    The list is recorded as one activity, each reading stands on its subject's own page.
    """
    reads = [
        PersonalRead(
            reader_id=reader_id, subject_id=subject_id, what=what, purpose=purpose, read_at=at
        )
        for subject_id, what in seen
        if subject_id != reader_id
    ]
    PersonalRead.objects.bulk_create(reads, batch_size=500)
    if reads:
        record(
            name="access.personal_data_read",
            subject=reads[0],
            at=at,
            actor_id=reader_id,
            facts={"count": len(reads)},
        )
    return len(reads)


@transaction.atomic
def correct_name(*, person: Person, name: str, at: datetime) -> Person:
    """A person says how they are called (GD05: correct one's own record).

    :raises NotFilledIn: an empty or overlong name.
    """
    name = " ".join(name.split())
    if not name or len(name) > 60 or not name.isprintable():
        message = _("Please enter your name, at most 60 characters.")
        raise NotFilledIn(message, fields={"name": message})
    person = Person.objects.select_for_update().get(pk=person.pk)
    if person.name != name:
        person.name = name
        person.save(update_fields=["name"])
        record(name="access.name_corrected", subject=person, at=at, actor_id=person.pk)
    return person


@transaction.atomic
def request_about_data(*, person: Person, wish: Wish, text: str, at: datetime) -> DataRequest:
    """A person asks to have their data corrected or deleted; due in 15 working days (GD05).

    Asking again for the same while the first is open returns the first.

    :raises NotFilledIn: a correction that does not say what is wrong, or an overlong text.
    """
    text = _written(text)
    if len(text) > 1000 or (wish == Wish.CORRECTION and not text):
        message = _("Please say in at most 1000 characters what is wrong.")
        raise NotFilledIn(message, fields={"text": message})
    Person.objects.select_for_update().get(pk=person.pk)
    already = DataRequest.objects.filter(
        person=person, wish=wish, text=text, answered_at=None
    ).first()
    if already is not None:
        return already
    request = DataRequest.objects.create(person=person, wish=wish, text=text, requested_at=at)
    record(
        name="access.data_request_made",
        subject=request,
        at=at,
        actor_id=person.pk,
        place_path=person.place.path if person.place else "",
        facts={"wish": str(wish)},
    )
    return request


@transaction.atomic
def answer_data_request(
    *, request: DataRequest, answered_by: Person, answer: str, at: datetime
) -> DataRequest:
    """Tell the person what was done about their data, or why it cannot be done.

    :raises OwnRequest: one's own request; somebody else decides on it.
    :raises NotFilledIn: without an answer.
    :raises Conflict: it has been answered.
    """
    if answered_by.pk == request.person_id:
        raise OwnRequest(_("Nobody answers their own request; ask another to do it."))
    answer = _written(answer)
    if not answer or len(answer) > 1000:
        message = _("Please answer in at most 1000 characters.")
        raise NotFilledIn(message, source="GD05", fields={"answer": message})
    request = DataRequest.objects.select_for_update().get(pk=request.pk)
    if request.answered_at is not None:
        raise Conflict(_("This request has been answered already."))
    request.answer, request.answered_by, request.answered_at = answer, answered_by, at
    request.save(update_fields=["answer", "answered_by", "answered_at"])
    record(
        name="access.data_request_answered",
        subject=request,
        at=at,
        actor_id=answered_by.pk,
        facts={"wish": request.wish},
    )
    return request


def _written(text: str) -> str:
    """The text without what nobody writes: PostgreSQL refuses the character zero."""
    return text.replace("\x00", "").strip()
