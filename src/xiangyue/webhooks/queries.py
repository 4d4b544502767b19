"""Reads for whoever looks after webhooks."""

from django.db.models import Count, Q, QuerySet

from xiangyue.webhooks.models import Endpoint, Sending, SendingState

PAGE_SIZE = 50


def endpoints(*, has_ended: bool = False) -> QuerySet[Endpoint]:
    """With how many events wait at each and how many it took, newest first: one query."""
    waiting = Q(sendings__state=SendingState.WAITING)
    delivered = Q(sendings__state=SendingState.DELIVERED)
    return (
        Endpoint.objects.filter(ended_at__isnull=not has_ended)
        .annotate(
            waiting_count=Count("sendings", filter=waiting),
            delivered_count=Count("sendings", filter=delivered),
        )
        .order_by("-registered_at")
    )


def sendings_of(endpoint: Endpoint, *, state: str = "") -> QuerySet[Sending]:
    """What it was told or is to be told, newest first."""
    rows = endpoint.sendings.select_related("endpoint").order_by("-leaf_index")
    return rows.filter(state=state) if state in SendingState.values else rows


def sending_counts(endpoint: Endpoint) -> dict[str, int]:
    rows = endpoint.sendings.values_list("state").annotate(count=Count("pk")).order_by()
    return dict(rows)


def paused_by_itself() -> QuerySet[Endpoint]:
    """Those that were paused because nothing answered, and wait for somebody to look."""
    return (
        Endpoint.objects.filter(ended_at=None, paused_at__isnull=False)
        .exclude(pause="by_hand")
        .order_by("paused_at")
    )
