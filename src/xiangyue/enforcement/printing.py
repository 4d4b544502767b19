"""Letters, work cards and written reminders on paper, to be brought by hand."""

import segno
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiangyue.documents.printing import printed
from xiangyue.enforcement.models import Invitation, Member, Reminder
from xiangyue.enforcement.services.acting import committee_kind
from xiangyue.enforcement.services.reminding import rule_of
from xiangyue.enforcement.wording import body_name, committee_name, invitee_kind_name, seat_name
from xiangyue.places.models import Organisation, Place
from xiangyue.places.queries import full_name


def _lang() -> str:
    return "en" if (get_language() or "").startswith("en") else "zh"


def letter_pdf(invitation: Invitation) -> bytes:
    """The letter of invitation: to whom, as what, and a slip for the answer."""
    committee = invitation.committee
    kind = committee_kind(committee)
    return printed(
        "enforcement/letter.typ",
        {
            "lang": _lang(),
            "title": _("Invitation"),
            "issuer": full_name(committee.place),
            "to": _("%(name)s (%(kind)s)")
            % {"name": invitation.person.name, "kind": invitee_kind_name(invitation)},
            "body": kind.letter.in_language(get_language()),
            "committee": committee_name(committee),
            "signed": _("The village's Party branch and committee"),
            "date": f"{timezone.localtime(invitation.written_at):%Y-%m-%d}",
            "number": invitation.number,
            "slip": _("My answer (no reason is asked)"),
            "accept": _("I accept"),
            "decline": _("I decline"),
            "sign": _("Name"),
            "brought": _("Brought by"),
        },
    )


def card_pdf(member: Member, *, address: str) -> bytes:
    """The work card: name, role, until when; the code's page says whether it serves today."""
    assert member.card_until is not None
    committee = member.committee
    place = committee.place if committee is not None else _place(member)
    return printed(
        "enforcement/card.typ",
        {
            "lang": _lang(),
            "title": _("Work card"),
            "issuer": full_name(place),
            "name": member.person.name,
            "role": seat_name(member),
            "body": body_name(member),
            "until": _("Valid until %(day)s") % {"day": f"{member.card_until:%Y-%m-%d}"},
            "qr": segno.make(address, error="m").svg_inline(border=2, scale=4),
            "scan": _("Scan it: the page says whether it is valid today."),
            "rule": _("Whoever shows it reminds and helps; nobody collects money with it."),
        },
    )


def _place(member: Member) -> Place:
    assert member.team is not None
    return member.team.committee.place


def reminder_pdf(reminder: Reminder) -> bytes:
    """The written reminder: ground, day, place, how to object, when it is erased (SE04)."""
    rule = rule_of(reminder)
    unit = Organisation.objects.filter(
        place_path=reminder.place_path, function="VC", is_active=True
    ).first()
    phone = reminder.team.organisation.phone or (unit.phone if unit is not None else "")
    seen = f"{reminder.seen_on:%Y-%m-%d}"
    return printed(
        "enforcement/reminder.typ",
        {
            "lang": _lang(),
            "title": _("A reminder"),
            "issuer": full_name(reminder.village),
            "to": reminder.person.name,
            "clause": _("Clause %(number)d %(heading)s")
            % {"number": reminder.clause_number, "heading": reminder.clause_heading},
            "text": reminder.clause_text,
            "seen": _("Seen on %(day)s, %(place)s, by %(name)s on duty.")
            % {
                "day": seen,
                "place": full_name(reminder.seen_at),
                "name": reminder.noted_by.name,
            },
            "lines": [
                _("Please put it right, or tell us how we can help."),
                _("If it is not so, object: by phone, at the village office, or to any member."),
                _("Somebody who had no part in it answers; until then nothing more happens."),
                _("No money, points, relief or right depends on this; it is read out to nobody."),
                _("It is erased on %(day)s, and within %(count)d days once it is put right.")
                % {"day": f"{reminder.erase_on:%Y-%m-%d}", "count": rule.put_right_days},
            ],
            "contact": _("Telephone: %(phone)s") % {"phone": phone} if phone else "",
        },
    )
