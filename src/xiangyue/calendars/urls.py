from django.urls import path

from xiangyue.calendars import pages

urlpatterns = [
    path("desk/calendar/", pages.calendar, name="calendar"),
    path("desk/calendar/<str:day>/remove/", pages.remove_day, name="remove-day"),
]
