from django.utils.translation import gettext_lazy as _

_ALWAYS = ("compact", "number")

# Nothing here says what somebody thinks, nor which household was asked.
ACTIVITIES = {
    "compacts.version_begun": {
        "title": _("A version of a compact was begun"),
        "facts": (*_ALWAYS, "clause_count"),
    },
    "compacts.finding_judged": {
        "title": _("Somebody decided whether a clause may stand"),
        "facts": (*_ALWAYS, "lineage", "check", "verdict"),
    },
    "compacts.version_published": {
        "title": _("A version of a compact was put up"),
        "facts": (*_ALWAYS, "stage", "notices", "clause_count"),
    },
    "compacts.opinion_received": {
        "title": _("An opinion on a compact came in"),
        "facts": (*_ALWAYS, "position", "way"),
    },
    "compacts.household_asked": {
        "title": _("A household was asked about a compact"),
        "facts": (*_ALWAYS, "way"),
    },
    "compacts.opinion_answered": {
        "title": _("An opinion on a compact was answered"),
        "facts": (*_ALWAYS, "position", "answered", "concerned_count"),
    },
    "compacts.revision_begun": {
        "title": _("The revision of a compact began"),
        "facts": _ALWAYS,
    },
    "compacts.vote_called": {
        "title": _("The vote on a compact was called"),
        "facts": (*_ALWAYS, "ballot"),
    },
    "compacts.version_adopted": {
        "title": _("A version of a compact was adopted"),
        "facts": (*_ALWAYS, "digest", "clause_count", "left_out_count"),
    },
    "compacts.version_withdrawn": {
        "title": _("A version of a compact did not come about"),
        "facts": _ALWAYS,
    },
    "compacts.result_posted": {
        "title": _("An adopted compact was posted"),
        "facts": (*_ALWAYS, "notices"),
    },
    "compacts.sheet_added": {
        "title": _("A sheet of signatures was added"),
        "facts": (*_ALWAYS, "signer_count", "digest"),
    },
    "compacts.version_filed": {
        "title": _("A compact was filed with the town"),
        "facts": (*_ALWAYS, "digest", "is_late"),
    },
    "compacts.filing_overdue": {
        "title": _("The days for filing a compact are over"),
        "facts": _ALWAYS,
    },
    "compacts.filing_acknowledged": {
        "title": _("The town acknowledged a compact"),
        "facts": _ALWAYS,
    },
    "compacts.version_in_force": {
        "title": _("A version of a compact came into force"),
        "facts": (*_ALWAYS, "digest", "clause_count", "in_force_from", "is_taken_over"),
    },
    "compacts.clause_suspended": {
        "title": _("The town ordered a clause to be corrected"),
        "facts": (*_ALWAYS, "lineage", "clause"),
    },
    "compacts.clause_restored": {
        "title": _("An order on a clause was lifted"),
        "facts": (*_ALWAYS, "lineage", "clause"),
    },
}
