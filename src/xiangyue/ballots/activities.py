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
    # Elections: whose slips were handed out stands in no entry either.
    "ballots.election_announced": {
        "title": _("An election was announced"),
        "facts": ("kind", "seats", "day", "electors"),
    },
    "ballots.group_chosen": {
        "title": _("A residents' group chose who votes for it"),
        "facts": ("count", "present"),
    },
    "ballots.election_committee_changed": {
        "title": _("The election committee changed"),
        "facts": ("act",),
    },
    "ballots.election_annulled": {"title": _("An election was annulled"), "facts": ()},
    "ballots.voters_drawn": {"title": _("A voters' list was drawn"), "facts": ("count",)},
    "ballots.voter_claimed": {
        "title": _("Somebody asked to be put on a voters' list"),
        "facts": ("kind",),
    },
    "ballots.voter_claim_answered": {
        "title": _("Whoever asked to be put on a voters' list was answered"),
        "facts": ("accepted",),
    },
    "ballots.candidate_nominated": {
        "title": _("The voters nominated somebody"),
        "facts": ("office",),
    },
    "ballots.nomination_answered": {
        "title": _("Somebody nominated was asked whether they stand"),
        "facts": ("accepts",),
    },
    "ballots.candidate_withdrawn": {"title": _("A candidate withdrew"), "facts": ()},
    "ballots.candidates_published": {
        "title": _("The candidates were published"),
        "facts": ("count",),
    },
    "ballots.candidate_answered": {
        "title": _("A candidate answered a question in public"),
        "facts": (),
    },
    "ballots.tellers_chosen": {
        "title": _("The tellers of an election were chosen"),
        "facts": ("count",),
    },
    "ballots.election_proxy_entered": {
        "title": _("A proxy for an election was entered"),
        "facts": (),
    },
    "ballots.election_proxy_withdrawn": {
        "title": _("A proxy for an election was taken back"),
        "facts": (),
    },
    "ballots.polling_opened": {
        "title": _("A polling place was opened"),
        "facts": ("round", "roll"),
    },
    "ballots.slips_handed_out": {
        "title": _("A voter was handed the slips"),
        "facts": ("way", "proxy"),
    },
    "ballots.slips_taken_back": {"title": _("Slips were taken back"), "facts": ()},
    "ballots.polling_closed": {
        "title": _("A polling place was closed"),
        "facts": ("round", "count"),
    },
    "ballots.office_counted": {
        "title": _("A teller counted an office"),
        "facts": ("round", "office", "turn", "agreement"),
    },
    "ballots.round_counted": {
        "title": _("An election has a result"),
        "facts": ("round", "digest", "elected"),
    },
    "ballots.round_announced": {
        "title": _("A further vote of an election was announced"),
        "facts": ("round", "kind"),
    },
    "ballots.round_voided": {"title": _("A vote of an election is void"), "facts": ("round",)},
    "ballots.election_decided": {
        "title": _("The elected began"),
        "facts": ("elected", "left_open"),
    },
    "ballots.election_handed_over": {
        "title": _("A committee handed over"),
        "facts": ("count",),
    },
    "ballots.recall_asked": {
        "title": _("A recall was asked for"),
        "facts": ("asked_by", "count"),
    },
    "ballots.recall_heard": {"title": _("Whoever is to be recalled was heard"), "facts": ()},
    "ballots.recall_called": {"title": _("The vote on a recall was called"), "facts": ()},
    "ballots.recall_decided": {"title": _("A recall was decided"), "facts": ("carried",)},
    "ballots.recall_dropped": {"title": _("A recall was dropped"), "facts": ()},
}
