"""Who votes in a residents' committee's election that is not held by all voters (RCOL art. 8)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from xiangyue.ballots.elections.models import Election
from xiangyue.kernel.identifiers import new_id


class Electors(models.TextChoices):
    RESIDENTS = "residents", _("All residents with a vote")
    HOUSEHOLDS = "households", _("A delegate of each household")
    GROUPS = "groups", _("Two or three representatives of each residents' group")


class Electorate(models.Model):
    """How an election is held where not all voters vote; without a row all do.

    `eligible` is the list of those who may be voted for, who are more than those who vote;
    `groups` the names of the residents' groups, each of which sends representatives.
    """

    election = models.OneToOneField(
        Election, on_delete=models.PROTECT, primary_key=True, related_name="electorate"
    )
    electors = models.CharField(
        max_length=10,
        choices=[each for each in Electors.choices if each[0] != Electors.RESIDENTS],
    )
    wanted_by = models.CharField(max_length=200, blank=True)
    groups = models.JSONField(default=list)
    eligible = models.OneToOneField(
        "ballots.Roll", on_delete=models.PROTECT, related_name="electorate", null=True, blank=True
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="electorate_is_of_households_or_groups",
                condition=models.Q(electors__in=["households", "groups"]),
            ),
        ]

    def __str__(self) -> str:
        return self.electors


class GroupChoice(models.Model):
    """A residents' group met and chose who votes for it: when, and how many were there."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="choices")
    group = models.CharField(max_length=60)
    met_on = models.DateField()
    present_count = models.PositiveIntegerField()
    entered_by = models.ForeignKey("places.Person", on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["election", "group"], name="group_chooses_once"),
            models.CheckConstraint(
                name="group_choice_has_people", condition=models.Q(present_count__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return self.group


class GroupRepresentative(models.Model):
    """Somebody whom a group sends to vote; nobody votes for two groups."""

    election = models.ForeignKey(Election, on_delete=models.PROTECT, related_name="+")
    choice = models.ForeignKey(GroupChoice, on_delete=models.CASCADE, related_name="people")
    person = models.ForeignKey("places.Person", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                fields=["election", "person"], name="representative_of_one_group"
            ),
        ]

    def __str__(self) -> str:
        return str(self.person_id)
