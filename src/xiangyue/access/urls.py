from django.urls import include, path

from xiangyue.access import pages
from xiangyue.access.posting import pages as posting

urlpatterns = [
    path("account/sign-in/", pages.sign_in, name="sign-in"),
    path("account/sign-in/", pages.sign_in, name="account_login"),  # allauth's name for it
    path("account/sign-in/code/", pages.sign_in_code, name="sign-in-code"),
    path("account/sign-out/", pages.sign_out, name="sign-out"),
    path("account/", pages.me, name="me"),
    path("account/name/", pages.correct_name, name="correct-name"),
    path("account/number/", pages.change_number, name="change-number"),
    path("account/data-requests/", pages.ask_about_data, name="ask-about-data"),
    path("account/tokens/", pages.api_tokens, name="api-tokens"),
    path("account/tokens/<uuid:token_id>/revoke/", pages.revoke_token, name="revoke-token"),
    path("account/security/", include("xiangyue.access.second_factor")),
    path("desk/posts/", posting.posts, name="posts"),
    path("desk/posts/give/", posting.give_post, name="give-post"),
    path("desk/posts/<uuid:post_id>/end/", posting.end_post, name="end-post"),
    path("desk/coverage/", posting.coverage, name="coverage"),
]
