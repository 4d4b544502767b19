"""Elections on paper: slips, the result for the wall, certificates."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from xiangyue.ballots.elections.models import Elected, Round
from xiangyue.ballots.elections.queries import office_name, office_of
from xiangyue.ballots.elections.reading import named_roll_id
from xiangyue.ballots.elections.sentences import ending_sentence, office_sentence, rows_of
from xiangyue.ballots.models import RollEntry
from xiangyue.ballots.printing import language, result_facts, slip_facts
from xiangyue.documents.printing import printed
from xiangyue.places.queries import full_name


def slip_pdf(found: Round, *, specimen: bool) -> bytes:
    """One slip for each office: who stands by name, and empty rows for other names.

    What everybody may look at is a `specimen`, which cannot pass for a slip in the box.
    """
    election = found.election
    numbers = {number for each in found.offices for number in each["candidates"]}
    names = dict(
        RollEntry.objects.filter(roll=named_roll_id(election), number__in=numbers).values_list(
            "number", "name"
        )
    )
    slips = [
        _slip(
            office_name(election, each["key"]), each["seats"],
            sorted(names[number] for number in each["candidates"] if number in names),
            only_women=bool((office_of(election, each["key"]) or {}).get("only_women")),
            takes_others=found.kind in {"first", "repeat"},
        )
        for each in found.offices
    ]  # fmt: skip
    facts = slip_facts(election.title, full_name(election.place), slips, specimen=specimen)
    return printed("ballots/slip.typ", facts)


def _slip(
    name: str, seats: int, candidates: list[str], *, only_women: bool, takes_others: bool
) -> dict[str, Any]:
    how = _("Mark at most %(seats)d. More marks make the slip invalid; fewer do not.") % {
        "seats": seats
    }
    foot = _("Go into the booth alone, mark the slip, fold it and put it into the box yourself.")
    if only_women:
        how = f"{how} {_('Only women stand for this office.')}"
    return {
        "heading": _("%(office)s (%(count)d)") % {"office": name, "count": seats},
        "how": how,
        "by_rows": True,
        "left": _("Name"),
        "marks": [_("For")],
        "rows": candidates,
        "empty": seats if takes_others else 0,
        "write": _("another:"),
        "foot": foot,
    }


def result_pdf(found: Round) -> bytes:
    """The result of a round, office by office, with every number that it rests on."""
    facts, election = found.result.facts, found.election
    out = facts["handed_out"]
    lines = [
        _("Voters on the list: %(roll)d. Slips handed out: %(out)d, of these by proxy %(proxy)d, at"
          " mobile boxes %(box)d.")
        % {"roll": facts["roll"]["count"], "out": out["count"], "proxy": out["by_proxy"],
           "box": out["by_box"]}
    ]  # fmt: skip
    tables = [
        {
            "title": office[language()],
            "lines": [
                office_sentence(facts, office),
                _("Slips back %(returned)d, spoiled %(spoiled)d.")
                % {"returned": office["returned"], "spoiled": office["spoiled"]},
            ],
            "columns": [_("Name"), _("Votes"), _("What came of it")],
            "rows": [[name, str(count), fate] for name, count, fate in rows_of(office)],
            "after": [line for line in [ending_sentence(office)] if line],
        }
        for office in facts["offices"]
    ]
    title = _("Result: %(title)s") % {"title": election.title}
    return printed(
        "ballots/result.typ",
        result_facts(title, full_name(election.place), lines, tables, found.result.digest),
    )


def certificate_pdf(elected: Elected) -> bytes:
    """The certificate of somebody elected, in the election committee's name."""
    election = elected.election
    words = {
        "place": full_name(election.place),
        "office": office_name(election, elected.office),
        "day": f"{timezone.localtime(elected.round.opens_at):%Y-%m-%d}",
        "begins": f"{election.term_from:%Y-%m-%d}" if election.term_from else "",
        "ends": f"{election.term_until:%Y-%m-%d}" if election.term_until else "",
    }
    body = election.kind.body["name"]["en" if language() == "en" else "zh"]
    return printed(
        "ballots/certificate.typ",
        {
            "lang": language(),
            "title": _("Certificate of election"),
            "name": elected.name,
            "lines": [
                _("In the election of %(day)s (%(kind)s, %(place)s) you were elected: %(office)s.")
                % (words | {"kind": body}),
                _("The term runs from %(begins)s to %(ends)s.") % words,
            ],
            "issuer": _("Election committee of %(place)s") % words,
            "date": f"{timezone.localtime(election.decided_at):%Y-%m-%d}"
            if election.decided_at
            else "",
            "number": _("No. %(number)s") % {"number": elected.certificate},
        },
    )
