"""The catalogue of verbs that a role may grant: what each allows, where it may reach.

A verb that is not here does not exist: a county's role that names it is refused.
"""

from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

VERBS: Mapping[str, Promise] = {
    "incidents.see": _("See public incidents, and those the unit has in hand"),
    "incidents.see_confidential": _("See and handle the confidential incidents of the unit"),
    "incidents.see_reporter": _("See who reported and how to reach them; every look is recorded"),
    "incidents.enter_for_others": _("Report for somebody else"),
    "incidents.dispatch": _("Say which unit answers"),
    "incidents.merge": _("Merge reports of one matter"),
    "incidents.handle": _("Handle what the unit has in hand"),
    "incidents.verify": _("Verify that what others handled is done"),
    "incidents.decide_extension": _("Decide on more time"),
    "incidents.supervise": _("Urge, and reopen what was closed wrongly"),
    "incidents.see_figures": _("See figures that name nobody"),
    "incidents.show_photos": _("Decide which photos of public incidents everybody may see"),
    "incidents.export": _("Take out lists of incidents"),
    "places.read_people": _("Read who lives here; every look is recorded"),
    "places.keep_people": _("Keep the lists of households and people"),
    "registry.see": _("Find records of the register; every look at personal data is recorded"),
    "registry.keep": _("Enter, supplement and correct records of the register"),
    "registry.take_out": _("Ask to read or take out many records at once, with a purpose"),
    "registry.approve_bulk": _("Decide whether many records may be read or taken out at once"),
    "registry.see_deletions": _("See the certificates of what the register has deleted"),
    "posts.keep": _("Give and end posts"),
    "access.answer_requests": _("Answer those who ask to have their data corrected or deleted"),
    "access.keep_tokens": _("Keep the keys of connected systems"),
    "webhooks.keep": _("Say which other software is told of what happens"),
    "calendars.keep": _("Keep holidays and working days"),
    "rosters.keep": _("Keep the duty roster"),
    "patrols.walk": _("Walk the daily patrol of the own grids"),
    "patrols.see": _("See which grids were patrolled, and the coverage"),
    "procedures.see": _("See the procedures of the area, their documents too"),
    "procedures.run": _("Begin procedures, add their documents, end them"),
    "procedures.design": _("Write procedures and the village's own steps"),
    "procedures.approve_design": _("Put in force what others wrote of procedures"),
    "publicity.publish": _("Publish notices on the board, and take them down"),
    "publicity.answer": _("Answer objections to notices"),
    "ballots.keep": _("Draw rolls, announce, open and close votes"),
    "ballots.tell": _("Count votes without being chosen for each"),
    "orders.keep": _("Keep budget rounds: orders, costed projects, their vote and building"),
    "orders.check": _("Check what a budget round has built"),
    "councils.keep": _("Form councils, fill their seats, ask in whom a matter concerns"),
    "councils.see": _("See which villages have which councils, and whether they are whole"),
    "consultations.keep": _("Begin consultations, look at statements, decide appeals, close them"),
    "consultations.enter_hands": _("Enter what a courtyard's show of hands said"),
    "enforcement.keep": _("Keep the compact's committee, its teams and who looks after what"),
    "enforcement.direct": _("Direct the compact's committee: appoint, talk with people"),
    "enforcement.vet": _("Say for an office of the town whether somebody passes the vetting"),
    "enforcement.note": _("On duty, note what the compact asks to remind people of, and talk"),
    "enforcement.lead": _("Bring written reminders"),
    "enforcement.answer": _("Answer who objects to a reminder"),
    "deliberation.see": _("See the issues of the area and what becomes of them"),
    "deliberation.enter": _("Write down issues and voices of people without a phone"),
    "deliberation.keep": _("Keep issues: show, join, research, plan what is done"),
    "deliberation.lead": _("Say which issues are taken up, and answer petitions"),
    "deliberation.check": _("Check what others did about a decision"),
    "meetings.see": _("See the sessions of the area, and their minutes"),
    "meetings.convene": _("Convene and run sessions"),
    "compacts.draft": _("Write compacts, put them up, call their vote, file them"),
    "compacts.answer": _("Answer opinions on compacts"),
    "compacts.review": _("Review compacts for the town: lawful, acknowledged, to be corrected"),
    "assemblies.keep": _("Call meetings, run them, write and lay out their minutes"),
    "outbox.read": _("See which messages went out and which failed"),
    "record.read": _("Read and prove the record of what happened"),
}

# The rest reach either over the post's area or over the unit's matters alone.
ONLY_FOR_UNIT = frozenset({"incidents.see_confidential", "incidents.handle"})
FOR_UNIT = ONLY_FOR_UNIT | {"incidents.see", "incidents.see_reporter"}

# SE01: proposing (handling a matter and calling it done), approving, supervising and auditing
# are never one role's.
DUTIES: Mapping[str, frozenset[str]] = {
    "propose": frozenset(
        {"incidents.handle", "registry.take_out", "procedures.design", "deliberation.keep"}
    ),
    "approve": frozenset(
        {
            "incidents.verify",
            "incidents.decide_extension",
            "registry.approve_bulk",
            "procedures.approve_design",
            "compacts.review",
            "enforcement.vet",
            "deliberation.lead",
        }
    ),
    "supervise": frozenset({"incidents.supervise"}),
    "audit": frozenset({"record.read"}),
}

# Who gives posts could give themselves anything, so they hold nothing that acts on incidents.
KEEPS_APART = "posts.keep"


def duties_of(verbs: Iterable[str]) -> list[str]:
    """Which of the four duties the verbs carry out, in the order of `DUTIES`."""
    held = frozenset(verbs)
    return [duty for duty, its_verbs in DUTIES.items() if held & its_verbs]


def stands_apart(verbs: Iterable[str]) -> bool:
    """Whether nobody holds with one hand what the other must not have, over all their posts.

    Somebody in a village may well lead one grid and handle for the committee, for each matter
    is verified by another than who handled it. Who keeps posts, though, acts on no incident in
    any post, and who audits has no other duty (SE01).
    """
    held = frozenset(verbs)
    if KEEPS_APART in held and any(verb.startswith(("incidents.", "registry.")) for verb in held):
        return False
    duties = duties_of(held)
    return "audit" not in duties or (duties == ["audit"] and KEEPS_APART not in held)
