"""By what incidents are found, counted and put in order; each index says what asks for it."""

from django.db.models import Index, Q

from xiangyue.incidents.rules import UNSETTLED

# What decides who may see an incident among others; see `access.worklist_of`.
SEEN_BY = ("place_path", "audience", "is_kept_from_village", "unit")

INDEXES = [
    Index(fields=["unit", "state", "due_at"], name="incident_inbox"),
    # Each holds, beside what it begins with, all that says who may see an incident, so
    # that counting and choosing a page's keys read the index alone.
    Index(
        fields=[
            *("state", "due_at", *SEEN_BY),
            *("urgency", "handler", "is_supervised", "category_key", "id"),
        ],
        name="incident_by_state",
    ),
    # What is unsettled where: in the order of the places, so that counting sorts nothing.
    Index(
        fields=["place_path", "state", "due_at", "audience", "is_kept_from_village", "unit"],
        condition=Q(state__in=sorted(state.value for state in UNSETTLED)),
        name="incident_unsettled",
    ),
    Index(
        fields=[
            *("place_path", "created_at", "audience", "state", "outcome"),
            *("due_at", "closed_at", "parent", "merged_into"),
            *("is_kept_from_village", "unit", "category_key"),
        ],
        name="incident_by_place",
    ),
    Index(fields=["category_key", *SEEN_BY, "state", "outcome"], name="incident_by_category"),
    Index(fields=["outcome", *SEEN_BY, "state"], name="incident_by_outcome"),
    Index(
        fields=["closed_at", *SEEN_BY, "state", "outcome"],
        condition=Q(closed_at__isnull=False),
        name="incident_by_closed",
    ),
    Index(fields=["reporter", "-created_at", "parent", "state"], name="incident_by_reporter"),
    # Most incidents have none of these. Of all rows, SQLite would take "no parent" for
    # rare, as it knows no value's frequency, and read the whole county by it.
    *(
        Index(
            fields=[name],
            condition=Q(**{f"{name}__isnull": False}),
            name=f"incident_{name}",
        )
        for name in ("parent", "merged_into", "entered_by", "suggested_unit")
    ),
    # Of all rows: with a condition SQLite would not use it for a tag given as a parameter.
    Index(fields=["reporter_tag"], name="incident_by_tag"),
    Index(
        fields=["confirm_until_at"],
        condition=Q(state="answered"),
        name="incident_to_close",
    ),
    Index(fields=["watch_at"], condition=Q(watch_at__isnull=False), name="incident_to_watch"),
    Index(
        fields=["closed_at"],
        condition=Q(state__in=["closed", "merged"], forgotten_at__isnull=True),
        name="incident_to_forget",
    ),
    Index(fields=["told_at"], name="incident_by_told"),
    # For the newest of the whole county, which other software asks for page by page.
    Index(fields=["created_at"], name="incident_by_created"),
]
