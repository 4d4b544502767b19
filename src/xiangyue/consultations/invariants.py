"""What must hold over all consultations at any time; each check returns what is wrong."""

from django.db.models import Count, F, Q
from django.utils.translation import gettext as _

from xiangyue.activity.models import Entry
from xiangyue.consultations.models import Answer, Consultation, ShowOfHands, Statement


def answers_are_counted() -> list[str]:
    """A statement's count is that of its answers: who comes next rests on it."""
    rows = Statement.objects.annotate(real=Count("answers")).exclude(real=F("answered_count"))
    return [
        _("The answers to statement %(statement)s are miscounted.") % {"statement": key}
        for key in rows.values_list("pk", flat=True)
    ]


def participants_are_counted() -> list[str]:
    rows = Consultation.objects.annotate(
        real=Count("participants", filter=Q(participants__answers__isnull=False), distinct=True)
    ).exclude(real=F("participant_count"))
    return [
        _("The participants of consultation %(consultation)s are miscounted.")
        % {"consultation": key}
        for key in rows.values_list("pk", flat=True)
    ]


def answers_stay_in_their_consultation() -> list[str]:
    rows = Answer.objects.exclude(
        consultation=F("statement__consultation"),
    ) | Answer.objects.exclude(consultation=F("participant__consultation"))
    return [
        _("Answer %(answer)s belongs to two consultations.") % {"answer": key}
        for key in rows.values_list("pk", flat=True)[:100]
    ]


def hands_lie_within() -> list[str]:
    """Every courtyard lies where the question was asked."""
    return [
        _("A show of hands lies outside of consultation %(consultation)s.")
        % {"consultation": consultation}
        for path, area, consultation in ShowOfHands.objects.values_list(
            "place_path", "statement__consultation__place_path", "statement__consultation_id"
        )
        if not path.startswith(area)
    ]


def the_record_names_nobody_who_answered() -> list[str]:
    """What residents do leaves no actor in the record."""
    rows = Entry.objects.filter(
        name__in=["consultations.statement_proposed", "consultations.appeal_made"]
    ).exclude(actor_id=None)
    return [_("The record says who proposed a statement.")] if rows.exists() else []


INVARIANTS = {
    "answers_are_counted": answers_are_counted,
    "participants_are_counted": participants_are_counted,
    "answers_stay_in_their_consultation": answers_stay_in_their_consultation,
    "hands_lie_within": hands_lie_within,
    "the_record_names_nobody_who_answered": the_record_names_nobody_who_answered,
}
