"""The components on sample pages, one for each front: living documentation for page authors.

Served under /gallery/ when DEBUG is on, and drawn by the tests. The samples stand for a
county's own content, so they are in Chinese and not translated.
"""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

Entries = Sequence[dict[str, Any]]

TOWNS = [("qingquan", "清泉镇"), ("dongle", "东乐镇"), ("weiqi", "位奇镇")]
URGENCIES = [("usual", "一般"), ("urgent", "紧急：有人可能受伤"), ("later", "不急，顺手办")]


class SampleForm(forms.Form):
    title = forms.CharField(label="一句话说清是什么事", max_length=40)
    text = forms.CharField(
        label="详细情况",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=500,
        help_text="在哪里、什么时候、有没有危险。不写也可以，网格员会上门核实。",
        required=False,
    )
    town = forms.ChoiceField(label="乡镇", choices=TOWNS)
    urgency = forms.ChoiceField(label="急不急", choices=URGENCIES, widget=forms.RadioSelect)
    phone = forms.CharField(
        label="联系电话",
        required=False,
        help_text="只给办理人看，用来回复您。",
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    is_hidden = forms.BooleanField(label="公开时不显示我的姓名", required=False, initial=True)


class SampleFilters(forms.Form):
    words = forms.CharField(
        label="关键词", required=False, widget=forms.TextInput(attrs={"data-search": ""})
    )
    town = forms.ChoiceField(label="乡镇", choices=[("", "全部"), *TOWNS], required=False)
    state = forms.ChoiceField(
        label="状态", choices=[("", "全部"), ("open", "办理中"), ("late", "已超期")], required=False
    )


INCIDENTS: Entries = [
    {
        "code": "SD-7F3K-2M",
        "title": "祁店村三社路灯不亮",
        "place": "清泉镇 祁店村 三社",
        "kind": "公共设施",
        "state": "办理中",
        "tone": "busy",
        "due": "明天 18:00 前",
        "who": "王建军",
    },
    {
        "code": "SD-7F3K-1C",
        "title": "水渠被树枝堵住，水漫到路上",
        "place": "位奇镇 汪庄村 二社",
        "kind": "农田水利",
        "state": "已超期",
        "tone": "bad",
        "due": "超期 1 天",
        "who": "李秀兰",
    },
    {
        "code": "SD-7F2B-9A",
        "title": "两家为院墙滴水起争执",
        "place": "东乐镇 十里堡村 一社",
        "kind": "矛盾纠纷",
        "state": "等居民回话",
        "tone": "wait",
        "due": "计时已暂停",
        "who": "赵永福",
    },
    {
        "code": "SD-7F1T-4D",
        "title": "垃圾点三天没人清运",
        "place": "清泉镇 南关社区",
        "kind": "环境卫生",
        "state": "已办结",
        "tone": "good",
        "due": "",
        "who": "陈丽",
    },
    {
        "code": "SD-7F0Q-8X",
        "title": "桥头护栏松动",
        "place": "位奇镇 芦堡村",
        "kind": "道路交通",
        "state": "待分办",
        "tone": "quiet",
        "due": "今天 16:30 前",
        "who": "",
    },
]

STAGES: Entries = [
    {"title": "收集", "is_done": True},
    {"title": "分办", "is_done": True},
    {"title": "办理", "is_current": True},
    {"title": "反馈"},
    {"title": "评价"},
]

RESIDENT: Entries = [
    {"title": "首页", "url": "#", "icon": "home", "is_current": True},
    {"title": "我的事", "url": "#", "icon": "list"},
    {"title": "我要反映", "url": "#", "icon": "plus", "is_main": True},
    {"title": "消息", "url": "#", "icon": "bell", "count": 2},
    {"title": "我的", "url": "#", "icon": "user"},
]
WORKER: Entries = [
    {"title": "待办", "url": "#", "icon": "clipboard-list", "is_current": True, "count": 3},
    {"title": "巡查", "url": "#", "icon": "walk"},
    {"title": "上报", "url": "#", "icon": "plus", "is_main": True},
    {"title": "消息", "url": "#", "icon": "bell"},
    {"title": "我的", "url": "#", "icon": "user"},
]
DESK: Entries = [
    {"section": "工作", "title": "待办事项", "url": "#", "icon": "inbox", "count": 7},
    {"section": "工作", "title": "全部事件", "url": "#", "icon": "table", "is_current": True},
    {"section": "工作", "title": "督办", "url": "#", "icon": "hourglass"},
    {"section": "基础", "title": "网格与人员", "url": "#", "icon": "users"},
    {"section": "基础", "title": "工作日历", "url": "#", "icon": "calendar"},
    {"section": "公开", "title": "公开内容", "url": "#", "icon": "speakerphone"},
]
PUBLIC: Entries = [
    {"title": "首页", "url": "#", "is_current": True},
    {"title": "反映问题", "url": "#"},
    {"title": "查进度", "url": "#"},
    {"title": "公开", "url": "#"},
]
PAGES: dict[str, Entries] = {
    "phone": RESIDENT,
    "phone_worker": WORKER,
    "phone_form": RESIDENT,
    "phone_incident": RESIDENT,
    "desk": DESK,
    "desk_incident": DESK,
    "public": PUBLIC,
    "pieces": PUBLIC,
}


def gallery(request: HttpRequest, page: str = "pieces") -> HttpResponse:
    """One sample page; a form sent to it is answered as a module would answer it."""
    if page not in PAGES:
        raise Http404
    form = SampleForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        return redirect("gallery-page", page="phone_incident")
    context = {
        "navigation": PAGES[page],
        "county_name": "山丹县",
        "place_title": "清泉镇综治中心",
        "form": form,
        "filters": SampleFilters(),
        "incidents": INCIDENTS,
        "stages": STAGES,
        "page": Paginator(range(128), 25).page(2),
        "pages": list(PAGES),
    }
    return render(request, f"site/gallery/{page}.html", context, status=422 if form.errors else 200)
