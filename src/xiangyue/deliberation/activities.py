from django.utils.translation import gettext_lazy as _

_ALWAYS = ("number", "state")
# Nothing here says who raised or supported an issue, nor who is told.
_TOLD = ("number", "concerned_count")

ACTIVITIES = {
    "deliberation.issue_raised": {
        "title": _("An issue was raised"),
        "facts": (*_ALWAYS, "source", "asks"),
    },
    "deliberation.issue_withdrawn": {"title": _("An issue was taken back"), "facts": _ALWAYS},
    "deliberation.issue_shown": {"title": _("An issue was shown to everybody"), "facts": _ALWAYS},
    "deliberation.photo_added": {
        "title": _("A photo was added to an issue"),
        "facts": (*_ALWAYS, "digest"),
    },
    "deliberation.photo_removed": {
        "title": _("A photo of an issue was taken away"),
        "facts": (*_ALWAYS, "digest"),
    },
    "deliberation.issue_hidden": {"title": _("An issue was kept back"), "facts": _ALWAYS},
    "deliberation.issue_supported": {
        "title": _("An issue was supported"),
        "facts": (*_ALWAYS, "support_count", "new_count"),
    },
    "deliberation.support_taken_back": {
        "title": _("Support for an issue was taken back"),
        "facts": (*_ALWAYS, "support_count"),
    },
    "deliberation.petition_reached": {
        "title": _("A petition has enough supporters to be answered"),
        "facts": (*_ALWAYS, "support_count"),
    },
    "deliberation.petition_answered": {
        "title": _("A petition was answered"),
        "facts": (*_ALWAYS, "is_granted"),
    },
    "deliberation.issue_merged": {
        "title": _("An issue was joined to another"),
        "facts": (*_ALWAYS, "into"),
    },
    "deliberation.issue_joined": {
        "title": _("Another issue was joined to one"),
        "facts": (*_ALWAYS, "part", "support_count"),
    },
    "deliberation.issue_unmerged": {
        "title": _("A joined issue stands on its own again"),
        "facts": (*_ALWAYS, "apart_from"),
    },
    "deliberation.issue_parted": {
        "title": _("An issue was parted from another"),
        "facts": (*_ALWAYS, "part", "support_count"),
    },
    "deliberation.issue_split": {
        "title": _("A part of an issue became one of its own"),
        "facts": (*_ALWAYS, "part"),
    },
    "deliberation.issue_split_off": {
        "title": _("An issue was made of a part of another"),
        "facts": (*_ALWAYS, "whole"),
    },
    "deliberation.issue_accepted": {
        "title": _("An issue was taken up"),
        "facts": (*_ALWAYS, "form", "run"),
    },
    "deliberation.issue_declined": {
        "title": _("An issue was not taken up"),
        "facts": (*_ALWAYS, "support_count"),
    },
    "deliberation.issue_asked_again": {
        "title": _("An issue was asked for again"),
        "facts": (*_ALWAYS, "support_count"),
    },
    "deliberation.research_added": {
        "title": _("Research on an issue was written down"),
        "facts": (*_ALWAYS, "has_file"),
    },
    "deliberation.lawyers_note_added": {
        "title": _("A lawyer's note on an issue was entered"),
        "facts": (*_ALWAYS, "finding"),
    },
    "deliberation.issue_resolved": {
        "title": _("A meeting settled on an issue"),
        "facts": (*_ALWAYS, "outcome"),
    },
    "deliberation.task_planned": {
        "title": _("A task was planned for an issue"),
        "facts": (*_ALWAYS, "kind", "due_on", "amount_cents"),
    },
    "deliberation.task_reported": {
        "title": _("A task became a report"),
        "facts": (*_ALWAYS, "incident"),
    },
    "deliberation.task_noticed": {
        "title": _("A task became a notice"),
        "facts": (*_ALWAYS, "notice"),
    },
    "deliberation.task_done": {"title": _("A task was said to be done"), "facts": _ALWAYS},
    "deliberation.task_checked": {"title": _("A task was checked"), "facts": _ALWAYS},
    "deliberation.task_returned": {"title": _("A task is to be done again"), "facts": _ALWAYS},
    "deliberation.task_dropped": {"title": _("A task was dropped"), "facts": _ALWAYS},
    "deliberation.issue_settled": {
        "title": _("What was decided on an issue is done and checked"),
        "facts": (*_ALWAYS, "task_count"),
    },
    "deliberation.told_aloud": {
        "title": _("People without a phone were told of an issue"),
        "facts": ("number", "count"),
    },
    "deliberation.accepted_announced": {
        "title": _("Those concerned were told that an issue is taken up"),
        "facts": _TOLD,
    },
    "deliberation.declined_announced": {
        "title": _("Those concerned were told that an issue is not taken up"),
        "facts": _TOLD,
    },
    "deliberation.merged_announced": {
        "title": _("Those concerned were told that an issue was joined to another"),
        "facts": _TOLD,
    },
    "deliberation.unmerged_announced": {
        "title": _("Those concerned were told that an issue stands on its own again"),
        "facts": _TOLD,
    },
    "deliberation.answered_announced": {
        "title": _("Those concerned were told that a petition is answered"),
        "facts": _TOLD,
    },
    "deliberation.resolved_announced": {
        "title": _("Those concerned were told what was decided on an issue"),
        "facts": _TOLD,
    },
    "deliberation.settled_announced": {
        "title": _("Those concerned were told that an issue is settled"),
        "facts": _TOLD,
    },
}
