"""The installation's pages, and one in the phone's frame that holds nothing."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path


def empty(request: HttpRequest) -> HttpResponse:
    return render(request, "site/phone.html")


def bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


urlpatterns = [
    path("bench/empty/", empty),
    path("bench/bare/", bare),
    path("", include("xiangyue.site.urls")),
]
