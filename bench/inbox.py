"""Pages with 20,000 and with 200,000 incidents: the same cost, the same number of queries."""

from collections.abc import Iterator

from django.db import connection
from django.test import Client
from django.utils import timezone

from bench.county import LONG_AGO
from bench.filling import fill_both
from bench.measuring import Counting, Result, Run, costs
from bench.sizes import COUNTS, EACH, IS_QUICK, ROUNDS
from xiangyue.access.adapter import BACKEND, SIGNED_IN_AT
from xiangyue.access.models import Account
from xiangyue.incidents.models import Incident
from xiangyue.kernel.counties import bind
from xiangyue.places.models import Person, Place
from xiangyue.places.rules import short_name

BUDGET = 1.3
DAY = "2026-05-04"

# What, the role that looks, and where; with its settled ones (`all`) a list is the longest.
PAGES = (
    ("inbox of the county's dispatcher", "county_dispatcher", "/desk/"),
    ("inbox of a town's dispatcher", "town_dispatcher", "/desk/"),
    ("inbox of a department", "department_handler", "/desk/"),
    ("inbox of a grid worker, settled ones too", "grid_worker", "/desk/?state=all"),
    ("inbox, all of the county, tenth page", "county_dispatcher", "/desk/?state=all&page=10"),
    ("inbox, late", "county_dispatcher", "/desk/?late=1"),
    ("inbox, urgent", "county_dispatcher", "/desk/?urgency=1"),
    ("inbox, mine", "department_handler", "/desk/?mine=1"),
    ("inbox, supervised", "county_supervisor", "/desk/?supervised=1"),
    ("inbox, one class", "county_dispatcher", "/desk/?category=04"),
    ("inbox, one category, all", "county_dispatcher", "/desk/?category=0401&state=all"),
    ("inbox, one village", "county_dispatcher", "/desk/?place={village}"),
    ("inbox, one village, all", "county_dispatcher", "/desk/?place={village}&state=all"),
    ("inbox, a town's closed", "town_dispatcher", "/desk/?state=closed"),
    ("inbox, not fixed, all", "county_supervisor", "/desk/?outcome=not_fixed&state=all"),
    ("inbox, one day, all", "county_dispatcher", "/desk/?state=all&since={day}&until={day}"),
    ("search, a common word", "county_supervisor", "/desk/?state=all&q=垃圾"),
    ("search, a rare word", "county_supervisor", "/desk/?state=all&q=独轮手推车"),
    ("search, two characters, seldom", "county_supervisor", "/desk/?state=all&q=猕猴"),
    ("search, common, a village", "county_supervisor", "/desk/?state=all&q=垃圾&place={village}"),
    # By a word that all of them hold: the smaller county fills the page too, as with no other.
    ("search, a village's open ones", "county_supervisor", "/desk/?q={word}&place={village}"),
    ("what is late and where", "county_supervisor", "/desk/areas/"),
    ("own reports of a resident", "", "/mine/"),
    ("what everybody sees of the county", "", "/public/"),
    ("what everybody sees of a village", "", "/public/{village}/"),
    ("figures of the county", "county_supervisor", "/desk/figures/?period=2026-Q2"),
    ("one figure", "county_supervisor", "/desk/figures/620725000000/kpi-06/?period=2026"),
    ("figures, public", "", "/public/figures/?period=2026-Q1"),
)


def measure(database: str) -> Iterator[Result]:
    """Each page's cost with ten times the data, over its cost without."""
    fill_both()
    village, word = village_of_many()
    for what, role, address in PAGES:
        path = address.format(village=village, word=word, day=DAY)
        clients = {slug: _signed_in(slug, role) for slug in COUNTS}

        def page(slug: str, path: str = path, clients: dict[str, Client] = clients) -> Run:
            return lambda: _get(clients[slug], slug, path)

        counts = {slug: _statements(page(slug), slug) for slug in COUNTS}
        found = costs(
            {"small": lambda page=page: page("small"), "large": lambda page=page: page("large")},
            rounds=ROUNDS,
            each=EACH,
        )
        yield Result(
            what=what,
            database=database,
            measured=found["large"],
            baseline=found["small"],
            budget=BUDGET,
            note=f"{counts['large']} queries, {counts['small']} with a tenth of the data",
        )


def _get(client: Client, slug: str, path: str) -> None:
    response = client.get(path, headers={"host": f"{slug}.test"})
    assert response.status_code == 200, (path, response.status_code)


def _statements(run: Run, slug: str) -> int:
    if not IS_QUICK:
        run()  # what is kept between requests is asked for once
    counting = Counting()
    with bind(slug), connection.execute_wrapper(counting):
        run()
    return counting.count


def village_of_many() -> tuple[str, str]:
    """The code of a village that has many of the incidents in both counties, and a word that all
    of them hold: the name of where they lie is searched too."""
    with bind("large"):
        first = Incident.objects.order_by("place_path").select_related("place")[:1].get()
        village = Place.objects.get(path=first.place_path[: 5 * Place.steplen])
        return village.code, short_name(first.place.name)


def cookies_of(role: str, slug: str) -> dict[str, str]:
    """The cookies of somebody signed in, for clients of another kind."""
    return {name: morsel.value for name, morsel in _signed_in(slug, role).cookies.items()}


def _signed_in(slug: str, role: str) -> Client:
    """A client for the first holder of the role's post whose unit has work, or for a resident."""
    client = Client()
    with bind(slug):
        people = Person.objects.exclude(phone=None).order_by("phone")
        if role:
            people = people.filter(posts__role=role)
            if role in {"department_handler", "grid_worker"}:
                people = people.filter(posts__organisation__incidents__isnull=False)
        else:
            people = people.filter(posts=None, incidents__isnull=False)
        person = people[:1].get()
        account, _is_new = Account.objects.get_or_create(
            person=person,
            defaults={"phone": person.phone, "is_phone_verified": True, "created_at": LONG_AGO},
        )
        client.force_login(account, backend=BACKEND)
        session = client.session
        session[SIGNED_IN_AT] = timezone.now().timestamp()
        session.save()
    return client
