from django.utils.translation import gettext_lazy as _

_SUBJECT = ("subject_type", "subject_id")

ACTIVITIES = {
    "councils.council_begun": {"title": _("A council is being formed"), "facts": ("kind",)},
    "councils.roster_published": {
        "title": _("The members of a council were published"),
        "facts": ("kind", "number"),
    },
    "councils.council_formed": {"title": _("A council sits"), "facts": ("kind",)},
    "councils.council_dissolved": {"title": _("A council was dissolved"), "facts": ("kind",)},
    "councils.seat_offered": {
        "title": _("Somebody was asked to sit in a council"),
        "facts": ("kind", "seat", "way", "person"),
    },
    "councils.seat_taken": {"title": _("A seat was taken"), "facts": ("kind", "seat")},
    "councils.seat_declined": {"title": _("A seat was declined"), "facts": ("kind", "seat")},
    "councils.seat_withdrawn": {
        "title": _("Somebody is no longer asked to sit in a council"),
        "facts": ("kind", "seat"),
    },
    "councils.seat_left": {"title": _("A seat was left"), "facts": ("kind", "seat")},
    "councils.matter_taken_up": {
        "title": _("A matter was laid before a council"),
        "facts": ("kind", *_SUBJECT),
    },
    "councils.matter_closed": {"title": _("A council is done with a matter"), "facts": ("kind",)},
    "councils.stakeholder_invited": {
        "title": _("Somebody whom a matter concerns was asked in"),
        "facts": ("kind", "person", *_SUBJECT),
    },
    "councils.stakeholder_answered": {
        "title": _("Somebody whom a matter concerns answered"),
        "facts": ("kind", "accepts"),
    },
    "councils.hearing_asked": {
        "title": _("Somebody asks to be heard on a matter"),
        "facts": ("kind",),
    },
    "councils.hearing_answered": {
        "title": _("Whoever asked to be heard was answered"),
        "facts": ("kind", "is_welcome", "person"),
    },
    "councils.stepped_back": {
        "title": _("Somebody stepped back from a matter"),
        "facts": ("kind",),
    },
    "councils.group_asked": {
        "title": _("A group was asked"),
        "facts": ("kind", "work", *_SUBJECT),
    },
    "councils.group_taken": {
        "title": _("A member of a group took a matter"),
        "facts": ("kind", "has_stepped_back"),
    },
    "councils.group_stepped_back": {
        "title": _("A member of a group stepped back from a matter"),
        "facts": ("kind",),
    },
    "councils.group_ended": {
        "title": _("A group's matter ended without a result"),
        "facts": ("kind", "state"),
    },
    "councils.judged_asked": {
        "title": _("Somebody was asked whether they want a matter judged"),
        "facts": ("kind", "concerned_count"),
    },
    "councils.judged_answered": {
        "title": _("Whom a judgement is about answered"),
        "facts": ("kind", "consents"),
    },
    "councils.judged_heard": {
        "title": _("Whom a judgement is about was heard"),
        "facts": ("kind",),
    },
    "councils.judgement_proposed": {
        "title": _("The words of a judgement were proposed"),
        "facts": ("kind",),
    },
    "councils.group_concluded": {
        "title": _("A group is done with a matter"),
        "facts": ("kind", "work", *_SUBJECT),
    },
}
