"""Votes about rounds have their slips taken here."""

from xiangyue.ballots.slips import Taker, takes_slips

takes_slips(
    "orders.round",
    Taker(page="order-round", cast="order-slip", counts="order-papers", keep="kept-round"),
)
