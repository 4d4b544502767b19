"""What the register never holds, whatever a county declares and whatever somebody types.

Pure: words are looked for in labels, choices and entered texts.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping

# By the safeguard that forbids it: Chinese words, then stems of English ones.
WORDS: Mapping[str, tuple[str, str]] = {
    "GD03 religion": (
        "宗教 信仰 信教 教徒 教派 受洗",
        "religio faith worship believer",
    ),
    "GD03 biometrics": (
        "指纹 人脸 面部识别 虹膜 声纹 掌纹 步态 基因 生物识别",
        "biometric fingerprint iris voiceprint dna facial",
    ),
    "GD03 political opinion": (
        "政治面貌 政治倾向 政治观点 政治态度 思想动态 政治立场",
        "politic ideolog",
    ),
    "GD03 phone contents": (
        "通讯录 聊天记录 通话记录 手机内容 短信内容 朋友圈",
        "chat_log call_log contacts_list phone_content messages_of",
    ),
    "GD03 health details": (
        "病史 病情 病名 疾病 诊断 患病 慢性病 传染病 精神病 精神障碍 残疾 用药 血压 血糖 癌 艾滋"
        " 体检结果 健康状况",
        "disease diagnos illness health medic disabilit hiv_ cancer",
    ),
    "GD04 labels": (
        "重点人员 重点人群 重点对象 特殊人群 特殊人员 不稳定因素 危险人员 刑满释放 刑释 社区矫正"
        " 吸毒 涉毒 邪教 前科 案底 黑名单",
        "key_person special_group convict parole addict blacklist criminal",
    ),
    "PE01 petitions": ("信访 上访 缠访 闹访 投诉人", "petition complainant"),
    "CU02 reproduction": (
        "生育 怀孕 孕妇 孕情 避孕 节育 计生 流产 月经 二胎 三胎",
        "reproduct pregnan contracept fertilit abortion birth_plan",
    ),
    "GD06 refusals": ("拒访 不配合 拒绝配合 拒绝走访 拒不", "uncooperative refused_visit refuses"),
    "REQ-L10 character": ("懒惰 品行 好吃懒做 钉子户", "laz troublemaker"),
}


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def forbidden_in(texts: Iterable[str]) -> tuple[str, str] | None:
    """The first forbidden word found and the safeguard behind it; None when there is none.

    English stems count at the beginning of a word alone; words may be joined by `_`.
    """
    for text in texts:
        plain = _plain(text)
        without_spaces = re.sub(r"\s+", "", plain)
        words = "_" + re.sub(r"[^a-z0-9]+", "_", plain) + "_"
        for reason, (chinese, english) in WORDS.items():
            for word in chinese.split():
                if word in without_spaces:
                    return word, reason
            for stem in english.split():
                if f"_{stem}" in words:
                    return stem, reason
    return None
