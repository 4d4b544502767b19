"""What is answered to a category's questions, for fronts that have no form to check it."""

from collections.abc import Mapping, Sequence

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiangyue.blueprints.queries import current, meaning
from xiangyue.incidents.blueprint import IncidentCategory, Question
from xiangyue.incidents.services.reporting import ReportIncomplete

TEXT_MOST = 200
NUMBER_MOST = 1_000_000
NO, YES = "no", "yes"


def category_called(key: str) -> IncidentCategory:
    """The category as it stands now; raises as `current` does when there is none."""
    return meaning(current("incident_category", key), IncidentCategory)


def checked_answers(
    category: IncidentCategory, given: Mapping[str, str | Sequence[str]]
) -> dict[str, str]:
    """The answers as they are kept, empty ones left out.

    Whether a required one is missing is found when the report is taken in.

    :raises ReportIncomplete: naming each answer that does not go with its question.
    """
    questions = {question.key: question for question in category.questions}
    answers: dict[str, str] = {}
    wrong: dict[str, str] = {}
    for key, value in given.items():
        values = [value] if isinstance(value, str) else list(value)
        texts = [text.strip() for text in values if text.strip()]
        if not texts:
            continue
        if key not in questions:
            wrong[key[:60]] = _("This kind of matter has no such question.")
        elif len(texts) > 1:
            wrong[key] = _("One answer is wanted, not several.")
        elif fault := _fault(questions[key], texts[0]):
            wrong[key] = fault
        else:
            answers[key] = texts[0]
    if wrong:
        raise ReportIncomplete(_("An answer does not go with its question."), fields=dict(wrong))
    return answers


def _fault(question: Question, answer: str) -> str:
    """Why this is no answer to the question; empty when it is one."""
    if question.kind == "number":
        is_number = answer.isascii() and answer.isdigit() and len(answer) <= len(str(NUMBER_MOST))
        if not is_number or int(answer) > NUMBER_MOST:
            return _("Enter a whole number between 0 and %(most)s.") % {"most": NUMBER_MOST}
    elif question.kind == "text":
        if len(answer) > TEXT_MOST:
            return _("Please shorten this to %(most)s characters.") % {"most": TEXT_MOST}
    elif answer not in (allowed := choices_of(question)):
        return _("Choose one of these: %(choices)s.") % {"choices": ", ".join(allowed)}
    return ""


def choices_of(question: Question) -> dict[str, str]:
    """What can be answered, with its words in the reader's language; empty for free answers."""
    if question.kind == "yes_no":
        return {YES: _("Yes"), NO: _("No")}
    language = get_language()
    return {choice.key: choice.label.in_language(language) for choice in question.choices}
