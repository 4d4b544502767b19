"""What a county may declare of messages, and what is refused."""

import pytest
from pydantic import ValidationError

from xiangyue.blueprints.schema import Said
from xiangyue.incidents.activities import ACTIVITIES
from xiangyue.notifications.blueprint import Audience, DeclaredMessage

GOOD = {
    "key": "incidents.incident_answered.reporter",
    "source": "SD-31",
    "on": "incidents.incident_answered",
    "to": "reporter",
    "title": {"zh": "已答复", "en": "Answered"},
    "body": {"zh": "{number}：{reply}", "en": "{number}: {reply}"},
}
SHORT = {"short": {"zh": "{number}", "en": "{number}"}, "channels": ["inbox", "sms"]}


def declared(**changes) -> DeclaredMessage:
    return DeclaredMessage.model_validate(GOOD | changes)


def said(text: str) -> dict[str, str]:
    return {"zh": text, "en": text}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"on": "incidents.incident_vanished"}, "No activity is called"),
        ({"on": "access.signed_in", "key": "access.signed_in.x"}, "about incidents"),
        ({"key": "answered"}, "begins with the activity"),
        ({"body": said("{reporter}")}, "may not speak of reporter"),
        ({"body": said("{number")}, "brace"),
        ({"to": "supporters"}, "may not speak of reply"),
        ({"to": "unit", "body": said("{reason}")}, "may not speak of reason"),
        (SHORT | {"short": said("{reply}")}, "may not speak of reply"),
        (SHORT | {"short": said("{place} {category}")}, "may not speak of category, place"),
        ({"channels": ["sms"], "short": said("x")}, "every message is in the inbox"),
        ({"channels": ["inbox", "sms"]}, "`short`"),
        ({"short": said("x")}, "`short`"),
        ({"channels": ["loudspeaker"], "short": said("x")}, "loudspeaker"),
        ({"to": "village", "body": said("{place}")}, "loudspeaker"),
        ({"states": ["gone"]}, "states"),
        ({"is_loud": True}, "is_loud"),
    ],
)
def test_a_faulty_message_is_refused_with_its_reason(changes, why):
    with pytest.raises(ValidationError) as refusal:
        declared(**changes)
    assert why in str(refusal.value)


def test_a_loudspeaker_may_not_say_a_number():
    village = {"to": "village", "channels": ["loudspeaker"], "body": said("{place}")}
    declared(**village, short=said("{place}{category}{outcome}"))
    with pytest.raises(ValidationError, match="number"):
        declared(**village, short=said("{number}"))


class TestACountyMay:
    base = declared(**SHORT, is_essential=True)

    def test_say_it_in_its_own_words(self):
        own = declared(**SHORT, is_essential=True, title=said("有答复啦"))
        assert own.weakens(self.base) is None

    @pytest.mark.parametrize(
        "changes",
        [
            {"is_essential": False},
            {"channels": ["inbox"], "short": None},
            {"to": "handler", "body": said("{number}")},
            {"states": ["closed"]},
            {"ways": ["worker"]},
            {"short_ways": ["counter"]},
            {"short_from_urgency": 2},
            {"by": "reporter"},
            {"is_only_when_told": True},
        ],
    )
    def test_not_keep_it_from_anybody(self, changes):
        own = declared(**(SHORT | {"is_essential": True} | changes))
        assert own.weakens(self.base)


@pytest.mark.django_db
class TestTheCommonMessages:
    def common(self) -> dict[str, DeclaredMessage]:
        from xiangyue.blueprints.queries import all_current, meaning

        return {row.key: meaning(row, DeclaredMessage) for row in all_current("message")}

    def test_tell_the_reporter_of_every_step_that_they_may_see(self):
        told = {one.on for one in self.common().values() if one.to == Audience.REPORTER}
        silent = set(ACTIVITIES) - told
        assert silent == {
            "incidents.incident_supported",  # somebody else's doing
            "incidents.incident_forgotten",  # its reporter is no longer known
            "incidents.photo_shown",  # a copy in which nobody can be recognised
            "incidents.photo_withdrawn",
            "incidents.likeness_dismissed",  # between those who verify
            "incidents.slip_reissued",  # asked for by the reporter
            "incidents.incident_withdrawn",
            "incidents.incident_urged",
            "incidents.incident_refused",  # between units; dispatched again is told
            "incidents.incident_returned",
            "incidents.incident_reclassified",
            "incidents.extension_requested",  # granted is told
            "incidents.extension_refused",
            "incidents.incident_handled",  # answered is told, once verified
            "incidents.incident_sent_back",
            "incidents.incident_supervised",
            "incidents.incident_overdue",
            "incidents.photo_added",
        }

    def test_say_what_they_say_in_both_languages_alike(self):
        from xiangyue.notifications.rules import placeholders_in

        for one in self.common().values():
            for text in (one.title, one.body, one.short):
                if isinstance(text, Said):
                    assert placeholders_in(text.zh) == placeholders_in(text.en), one.key

    def test_fit_into_two_text_messages(self):
        for one in self.common().values():
            if one.short is not None and "sms" in one.channels:
                assert len(one.short.zh) <= 100, one.key
