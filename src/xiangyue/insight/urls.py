"""The addresses of figures."""

from django.urls import path

from xiangyue.insight import burden_pages, pages

urlpatterns = [
    path("desk/figures/", pages.figures, name="figures"),
    path("desk/figures/<str:code>/", pages.figures, name="figures-of"),
    path("desk/figures/<str:code>/figures.xlsx", pages.export, name="figures-export"),
    path("desk/figures/<str:code>/kpi-14/", pages.visits, name="figure-visits"),
    path("desk/figures/<str:code>/kpi-23/", pages.grids, name="figure-grids"),
    path("desk/figures/<str:code>/<slug:slug>/", pages.figure, name="figure"),
    path("desk/figures/<str:code>/<slug:slug>/rows/", pages.rows, name="figure-rows"),
    path("desk/burden/", burden_pages.burden, name="burden"),
    path("desk/burden/<str:code>/", burden_pages.burden, name="burden-of"),
    path("public/figures/", pages.public_figures, name="public-figures"),
    path("public/figures/<str:code>/", pages.public_figures, name="public-figures-of"),
]
