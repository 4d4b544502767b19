from django.utils.translation import gettext_lazy as _

# Who took part stands in no entry, and what anybody voted stands nowhere.
ACTIVITIES = {
    "ballots.members_added": {
        "title": _("Members were entered on a list"),
        "facts": ("kind", "count"),
    },
    "ballots.member_ended": {
        "title": _("A member left a list"),
        "facts": ("kind", "count"),
    },
    "ballots.roll_drawn": {
        "title": _("A roll was drawn"),
        "facts": ("rule", "basis", "count"),
    },
    "ballots.roll_published": {"title": _("A roll was published"), "facts": ("count",)},
    "ballots.roll_objected": {"title": _("Somebody objected to a roll"), "facts": ("kind",)},
    "ballots.roll_objection_answered": {
        "title": _("An objection to a roll was answered"),
        "facts": ("upheld",),
    },
    "ballots.roll_changed": {
        "title": _("A roll was put right"),
        "facts": ("act", "entry", "count"),
    },
    "ballots.roll_fixed": {"title": _("A roll was fixed"), "facts": ("count", "digest")},
    "ballots.ballot_planned": {
        "title": _("A vote was announced"),
        "facts": ("rule", "questions", "modes", "secret"),
    },
    "ballots.ballot_opened": {"title": _("A vote was opened"), "facts": ("roll",)},
    "ballots.presence_marked": {
        "title": _("People were marked as present"),
        "facts": ("mode", "count", "proxy"),
    },
    "ballots.presence_withdrawn": {
        "title": _("A mark of presence was taken back"),
        "facts": ("mode",),
    },
    "ballots.vote_cast": {"title": _("Somebody voted by phone"), "facts": ("mode",)},
    "ballots.women_counted": {"title": _("The women present were counted"), "facts": ()},
    "ballots.question_counted": {
        "title": _("A teller counted a question"),
        "facts": ("question", "mode", "turn", "agreement"),
    },
    "ballots.ballot_closed": {"title": _("A vote was closed"), "facts": ("count",)},
    "ballots.ballot_counted": {
        "title": _("A vote has its result"),
        "facts": ("digest", "carried", "questions"),
    },
    "ballots.ballot_annulled": {"title": _("A vote was annulled"), "facts": ()},
    # Of a slip taken and of a sealed vote nothing is recorded, not even that it came.
    "ballots.trustees_named": {
        "title": _("The trustees of a secret box were named"),
        "facts": ("count",),
    },
    "ballots.key_made": {"title": _("A trustee made a key"), "facts": ("trustee",)},
    "ballots.box_locked": {"title": _("A secret box was locked"), "facts": ("digest",)},
    "ballots.box_closed": {"title": _("A secret box was closed"), "facts": ("digest", "count")},
    "ballots.box_part_opened": {
        "title": _("A trustee did their part in opening a secret box"),
        "facts": ("trustee",),
    },
    "ballots.box_opened": {"title": _("A secret box was opened"), "facts": ("digest", "count")},
}
