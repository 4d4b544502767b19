"""Template messages of the county's WeChat service account.

Needs the account's application id and secret, and a template with one field, `thing1`, for the
text; the address is the reader's openid.
"""

import json
from urllib.parse import urlencode

from django.conf import settings
from django.core.cache import cache

from xiangyue.notifications.channels.failing import ChannelFailed
from xiangyue.notifications.channels.http import post_json
from xiangyue.notifications.models import Delivery

HOST = "https://api.weixin.qq.com"
TOKEN = "notifications.wechat_token"  # noqa: S105 - the name it is cached under
TOKEN_OUT_OF_DATE = frozenset({40001, 40014, 42001})
NOT_A_FOLLOWER = frozenset({40003, 43004})
LONGEST_THING = 20


def send(delivery: Delivery) -> None:
    """:raises ChannelFailed: the account is not set up, or WeChat did not take the text."""
    gateway = settings.GATEWAYS["wechat"]
    answer = _asked(
        f"/cgi-bin/message/template/send?{urlencode({'access_token': _token()})}",
        {
            "touser": delivery.address,
            "template_id": gateway["template"],
            "client_msg_id": str(delivery.pk),
            "data": {"thing1": {"value": delivery.text[:LONGEST_THING]}},
        },
    )
    code = answer.get("errcode", 0)
    if code in TOKEN_OUT_OF_DATE:
        cache.delete(TOKEN)
    if code:
        raise ChannelFailed(f"WeChat answered {code}", is_final=code in NOT_A_FOLLOWER)


def _token() -> str:
    found = cache.get(TOKEN)
    if isinstance(found, str):
        return found
    gateway = settings.GATEWAYS["wechat"]
    answer = _asked(
        "/cgi-bin/stable_token",
        {
            "grant_type": "client_credential",
            "appid": gateway["appid"],
            "secret": gateway["secret"],
        },
    )
    token = answer.get("access_token")
    if not isinstance(token, str):
        raise ChannelFailed(f"WeChat gave no token: {answer.get('errcode')}")
    life = answer.get("expires_in")
    cache.set(TOKEN, token, timeout=max(60, (life if isinstance(life, int) else 7200) - 300))
    return token


def _asked(path: str, body: dict[str, object]) -> dict[str, object]:
    try:
        answer = json.loads(post_json(HOST + path, body))
    except ValueError as error:
        raise ChannelFailed("WeChat's answer is no JSON") from error
    if not isinstance(answer, dict):
        raise ChannelFailed("WeChat's answer is no object")
    return answer
