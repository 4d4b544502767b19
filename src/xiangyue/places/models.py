"""Where things are, who lives and serves there: the county as a tree, its people and posts."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node

from xiangyue.kernel.identifiers import new_id


class PlaceKind(models.TextChoices):
    PROVINCE = "province", _("Province")
    PREFECTURE = "prefecture", _("Prefecture")
    COUNTY = "county", _("County")
    TOWN = "town", _("Town")
    VILLAGE = "village", _("Village or community")
    GROUP = "group", _("Villagers' group")
    MICRO = "micro", _("Micro-grid")
    SPECIAL = "special", _("Special grid")
    STREET = "street", _("Street or lane")
    UNIT = "unit", _("Joint household unit")


class GridKind(models.TextChoices):
    GENERAL = "general", _("General grid")
    SPECIAL = "special", _("Special grid")
    MICRO = "micro", _("Micro-grid")


class Place(MP_Node):
    """A division, a grid, a street or a joint household unit: one node of the county's tree.

    A division may itself be a grid (SD-09: towns are the grids of level 1, villages and
    communities those of level 2, villagers' groups those of level 3); `grid_level` says so.
    Special grids and streets overlay: no household belongs to them.
    """

    kind = models.CharField(max_length=12, choices=PlaceKind.choices)
    code = models.CharField(max_length=24, unique=True)
    name = models.CharField(max_length=100)
    grid_kind = models.CharField(max_length=8, choices=GridKind.choices, blank=True)
    grid_level = models.PositiveSmallIntegerField(null=True, blank=True)
    latitude = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="place_grid_level_goes_with_kind",
                condition=models.Q(grid_kind="", grid_level__isnull=True)
                | (~models.Q(grid_kind="") & models.Q(grid_level__gte=1, grid_level__lte=4)),
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)


class Household(models.Model):
    """A household: in exactly one general grid (SY-18), perhaps in a joint unit of it (LP-31)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=40, unique=True)
    grid = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="households")
    unit = models.ForeignKey(
        Place, on_delete=models.PROTECT, related_name="unit_households", null=True, blank=True
    )
    place_path = models.CharField(max_length=255, db_index=True)
    address = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.code


class Person(models.Model):
    """A person, with the least data that serves: how to call and reach them, where they live.

    No identity number is needed anywhere.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=60)
    phone = models.CharField(max_length=20, null=True, blank=True, unique=True)
    household = models.ForeignKey(
        Household, on_delete=models.PROTECT, related_name="people", null=True, blank=True
    )
    place = models.ForeignKey(
        Place, on_delete=models.PROTECT, related_name="residents", null=True, blank=True
    )
    birth_date = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class OrganisationKind(models.TextChoices):
    DEPARTMENT = "department", _("Department")
    HUB = "hub", _("Governance centre")
    COMMITTEE = "committee", _("Village or residents' committee")
    GRID_TEAM = "grid_team", _("Grid team")
    MEDIATION = "mediation", _("People's mediation committee")
    PARTY = "party", _("Party organisation")
    UTILITY = "utility", _("Public utility")
    ENTERPRISE = "enterprise", _("Enterprise")
    SOCIAL = "social", _("Social organisation")
    MASS = "mass", _("Mass organisation")
    SCHOOL = "school", _("School")


class Organisation(models.Model):
    """A unit that acts: a department, a town's centre, a village committee, a grid's team."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=OrganisationKind.choices)
    function = models.CharField(max_length=20, blank=True)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="organisations")
    place_path = models.CharField(max_length=255)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="children", null=True, blank=True
    )
    phone = models.CharField(max_length=20, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        indexes = [models.Index(fields=["function", "place_path"], name="organisation_by_function")]

    def __str__(self) -> str:
        return self.name


class Body(models.Model):
    """A body that decides, advises or supervises; its kind's declaration says who must sit."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=80)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="bodies")
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="children", null=True, blank=True
    )
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name


class Employment(models.TextChoices):
    FULL_TIME = "full_time", _("Full-time")
    PART_TIME = "part_time", _("Part-time")
    EX_OFFICIO = "ex_officio", _("By virtue of office")


class Post(models.Model):
    """A person in a role at a place, for an organisation or in a body, from … to …, [from, to).

    Access follows posts and ends with them (GD02). A post held by virtue of office points to
    the post it derives from and ends with it (SD-11).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="posts")
    role = models.CharField(max_length=80)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="posts")
    place_path = models.CharField(max_length=255)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="posts", null=True, blank=True
    )
    body = models.ForeignKey(
        Body, on_delete=models.PROTECT, related_name="posts", null=True, blank=True
    )
    seat = models.CharField(max_length=40, blank=True)
    employment = models.CharField(max_length=12, choices=Employment.choices, blank=True)
    derived_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="derived", null=True, blank=True
    )
    active_from = models.DateTimeField()
    active_to = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["person", "active_to"], name="post_by_person"),
            models.Index(fields=["role", "place"], name="post_by_role"),
            models.Index(fields=["organisation"], name="post_by_organisation"),
        ]
        constraints = [
            models.CheckConstraint(
                name="post_ends_after_it_begins",
                condition=models.Q(active_to__isnull=True)
                | models.Q(active_to__gt=models.F("active_from")),
            ),
            models.UniqueConstraint(
                fields=["person", "role", "place"],
                condition=models.Q(active_to=None, organisation=None, body=None),
                name="post_at_place_once",
            ),
            models.UniqueConstraint(
                fields=["person", "role", "organisation"],
                condition=models.Q(active_to=None),
                name="post_for_organisation_once",
            ),
            models.UniqueConstraint(
                fields=["person", "role", "body"],
                condition=models.Q(active_to=None),
                name="post_in_body_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role}"
