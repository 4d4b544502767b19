"""The address at which records are taken out."""

from django.urls import path

from xiangyue.registry.exporting import pages

urlpatterns = [path("desk/take-out/", pages.take_out, name="register-take-out")]
