#!/usr/bin/env python3
"""Recount a secret vote from what was published, trusting nobody. Python 3.10 or newer is enough.

    python3 recount.py vote.json                        check everything and count again
    python3 recount.py vote.json --receipt 7K3M-0QXD-…  and find one's own vote in the box
    python3 recount.py vote.json --head 5f2c…           compare the box with a head noted earlier
    python3 recount.py vote.json --english              in English

`vote.json` is the file that the page of the vote offers ("Download everything to recount").
Before the result is opened the file has no opening and no tally: then the box alone is checked,
which is what a trustee does before opening it.

What is checked, in this order; the first thing that does not hold is said, and nothing after it:

 1. The numbers are those of RFC 7919 (ffdhe2048); the prime is worked out here from e.
 2. Each trustee proved to know the secret of their part; the joint key is the product of all parts.
 3. The list of slips is sorted, has no slip twice, and as many as voters took one.
 4. Each sealed vote: every number is in the group and written in its one spelling; it is signed by
    a credential whose slip is in the list; each choice is proved to be 0 or 1 and each question to
    hold as many as it allows; it is made for this vote and this credential; no cipher is a copy.
 5. The head is the chain of all votes in their order: none was dropped, put in or moved since.
 6. Of each slip the last vote counts. These are added up, closed as they are.
 7. Every trustee's part in opening the sum is proved to be right.
 8. What comes out is what was published, and each question adds up.

It does not show that each slip went to a voter of the roll (compare the number with the roll that
the tellers signed), nor what a phone did before it sealed. docs/secret-votes.md says the rest.

This file is written by itself and imports nothing of the software that held the vote.
"""

import argparse
import hashlib
import json
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import reduce

# --- 1. the numbers -------------------------------------------------------------------------------


def prime():
    """2^2048 - 2^1984 + (floor(2^1918·e) + 560316)·2^64 - 1, as RFC 7919 derives it."""
    e = term = 1 << 2100
    for number in range(1, 400):
        term //= number
        e += term
    return 2**2048 - 2**1984 + ((e >> (2100 - 1918)) + 560316) * 2**64 - 1


P = prime()
Q = (P - 1) // 2
G = 2
STEP = 6  # bits of an exponent that one row of a table covers
MASK = 2**STEP - 1


class NotRight(Exception):  # noqa: N818 - named for what it says
    """Something does not hold; the sentence says what, in two languages."""

    def __init__(self, chinese, english):
        super().__init__(english)
        self.words = (chinese, english)


def need(holds, chinese, english):
    if not holds:
        raise NotRight(chinese, english)


def is_square(number):
    """Euler's question by the law of reciprocity, which is quicker than a power."""
    top, bottom, answer = number % P, P, 1
    while top:
        twos = (top & -top).bit_length() - 1
        top >>= twos
        if twos % 2 and bottom % 8 in (3, 5):
            answer = -answer
        top, bottom = bottom, top
        if top % 4 == 3 and bottom % 4 == 3:
            answer = -answer
        top %= bottom
    return bottom == 1 and answer == 1


def number(text, digits):
    need(
        isinstance(text, str) and len(text) == digits and set(text) <= set("0123456789abcdef"),
        "有一个数写法不对", "a number is not written in its one spelling",
    )  # fmt: skip
    return int(text, 16)


def element(text):
    value = number(text, 512)
    need(0 < value < P and is_square(value), "有一个数不在群里", "a number is not in the group")
    return value


def answer(pair):
    need(isinstance(pair, list) and len(pair) == 2, "有一个证明不完整", "a proof is incomplete")
    c, z = number(pair[0], 64), number(pair[1], 512)
    need(z < Q, "有一个数写法不对", "a number is not written in its one spelling")
    return c, z


def fields(content, *names):
    need(
        isinstance(content, dict) and sorted(content) == sorted(names),
        "有一处多了或少了内容", f"something has not exactly the fields {', '.join(names)}",
    )  # fmt: skip
    return [content[name] for name in names]


def spelled(content):
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def sha(octets):
    return hashlib.sha256(octets).hexdigest()


def hashed(*parts):
    """SHA-256 over parts with their lengths before them; numbers are 256 bytes."""
    total = b""
    for part in ("xiangyue.secret.1", *parts):
        octets = part.to_bytes(256, "big") if isinstance(part, int) else part.encode()
        total += len(octets).to_bytes(4, "big") + octets
    return sha(total)


class Table:
    """Powers of one base, quicker."""

    def __init__(self, base):
        self.base, self.rows = base, []

    def power(self, exponent):
        if not self.rows:
            step = self.base
            for _row in range(2048 // STEP + 1):
                row = [1]
                for _entry in range(2**STEP - 1):
                    row.append(row[-1] * step % P)
                self.rows.append(row)
                step = row[-1] * step % P
        result, place = 1, 0
        while exponent:
            result = result * self.rows[place][exponent & MASK] % P
            exponent, place = exponent >> STEP, place + 1
        return result


BASE = Table(G)

# --- 2. what was announced ------------------------------------------------------------------------


def knows(purpose, value, proof, *about):
    """Whether the proof shows knowledge of the logarithm of `value`."""
    c, z = answer(proof)
    return c == int(hashed(purpose, *about, value, BASE.power(z) * pow(value, c, P) % P), 16)


class Announced:
    """The manifest, once it is found right."""

    def __init__(self, manifest):
        form, group, self.ballot, self.title, _closes, asked, trustees, key = fields(
            manifest,
            *("format", "group", "ballot", "title", "closes_at", "questions", "trustees", "key"),
        )
        need(
            form == "xiangyue.secret-vote.1" and group == "ffdhe2048",
            "不认识这种表决文件", "this kind of vote is not known here",
        )  # fmt: skip
        product, self.trustees = 1, {}
        for trustee in trustees:
            name, _shown, part, proof = fields(trustee, "id", "name", "key", "proof")
            part = element(part)
            need(
                part != 1 and name not in self.trustees
                and knows("trustee", part, proof, self.ballot, name),
                "有一位保管人没有证明自己持有密钥", f"trustee {name} did not prove to hold a key",
            )  # fmt: skip
            self.trustees[name] = part
            product = product * part % P
        need(
            self.trustees and product != 1 and key == f"{product:0512x}",
            "总钥匙不是各保管人钥匙合成的",
            "the joint key is not the product of the trustees' keys",
        )  # fmt: skip
        self.questions = []
        for question in asked:
            text, choices, least, most = fields(question, "text", "choices", "least", "most")
            need(
                len(choices) >= 2 and 0 <= least <= most <= len(choices) and most > 0,
                "有一个问题的选项数目不对", "a question allows nothing sensible",
            )  # fmt: skip
            self.questions.append((text, choices, range(least, most + 1)))
        need(self.questions, "没有问题", "nothing is asked")
        self.print = sha(spelled(manifest))
        self.key = Table(product)


# --- 4. one sealed vote ---------------------------------------------------------------------------


def one_of(purpose, cipher, allowed, proofs, key, *about):
    """Whether the cipher is proved to hold one of the allowed numbers."""
    a, b = cipher
    if not isinstance(proofs, list) or len(proofs) != len(allowed):
        return False
    seen, total = [], 0
    for value, pair in zip(allowed, proofs, strict=True):
        c, z = answer(pair)
        shifted = b * pow(G, -value, P) % P
        seen += [BASE.power(z) * pow(a, c, P) % P, key.power(z) * pow(shifted, c, P) % P]
        total += c
    return total % 2**256 == int(hashed(purpose, *about, a, b, *seen), 16)


def check_vote(vote, said):
    """The slip, the hash and the ciphers of a vote that holds."""
    form, made_for, credential, answers, signature = fields(
        vote, "format", "ballot", "credential", "answers", "signature"
    )
    need(form == "xiangyue.sealed-vote.1", "这不是一张密封票", "this is no sealed vote")
    need(made_for == said.print, "这张票是为另一次表决做的", "it was made for another vote")
    public = element(credential)
    unsigned = {name: part for name, part in vote.items() if name != "signature"}
    need(
        public != 1 and knows("signature", public, signature, said.print, sha(spelled(unsigned))),
        "签名不对", "its signature does not hold",
    )  # fmt: skip
    need(
        isinstance(answers, list) and len(answers) == len(said.questions),
        "回答的问题数目不对", "it does not answer each question once",
    )  # fmt: skip
    ciphers = []
    for position, (given, (_text, choices, allowed)) in enumerate(
        zip(answers, said.questions, strict=True)
    ):
        each, total_proof = fields(given, "choices", "sum")
        need(
            isinstance(each, list) and len(each) == len(choices),
            "选项数目不对", "it does not have each choice once",
        )  # fmt: skip
        about, row = (said.print, credential, position), []
        for place, choice in enumerate(each):
            a, b, proof = fields(choice, "a", "b", "proof")
            a, b = element(a), element(b)
            need(
                one_of("choice", (a, b), range(2), proof, said.key, *about, place),
                "有一个选项没有证明是零票或一票", "a choice is not proved to be 0 or 1",
            )  # fmt: skip
            row.append((a, b))
        total = reduce(lambda x, y: (x[0] * y[0] % P, x[1] * y[1] % P), row)
        need(
            one_of("sum", total, allowed, total_proof, said.key, *about),
            "有一个问题没有证明选得不多不少", "a question is not proved to hold what it allows",
        )  # fmt: skip
        ciphers.append(row)
    return hashed("slip", credential), sha(spelled(vote)), ciphers


WORKER = {}  # what was announced, in each of several processes


def begin_working(manifest):
    WORKER["said"] = Announced(manifest)


def check_numbered(work):
    place, vote = work
    try:
        return check_vote(vote, WORKER["said"])
    except NotRight as fault:
        chinese, english = fault.words
        return f"第 {place} 张票：{chinese}", f"vote {place}: {english}"


LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def receipt_of(digest):
    value = int(digest[:20], 16)
    return "".join(LETTERS[value >> shift & 31] for shift in range(75, -1, -5))


# --- 7. opening the sum ---------------------------------------------------------------------------


def open_sums(said, sums, openings, head, most):
    masks = [[1 for _sum in row] for row in sums]
    done = set()
    for opening in openings:
        name, shares = fields(opening, "trustee", "shares")
        need(
            name in said.trustees and name not in done and isinstance(shares, list)
            and [len(row) for row in shares] == [len(row) for row in sums],
            "有一位保管人开箱的内容不对", "a trustee's part in opening is not complete",
        )  # fmt: skip
        done.add(name)
        part = said.trustees[name]
        for position, row in enumerate(sums):
            for place, (a, _b) in enumerate(row):
                share, proof = fields(shares[position][place], "share", "proof")
                share, (c, z) = element(share), answer(proof)
                one = BASE.power(z) * pow(part, c, P) % P
                two = pow(a, z, P) * pow(share, c, P) % P
                about = (said.print, head, name, position, place, part, a, share, one, two)
                need(
                    c == int(hashed("opening", *about), 16),
                    "有一位保管人的开箱没有证明是对的",
                    f"trustee {name} did not prove to have opened rightly",
                )
                masks[position][place] = masks[position][place] * share % P
    need(done == set(said.trustees), "不是每位保管人都开了箱", "not every trustee has opened")
    known, power = {}, 1
    for votes in range(most + 1):
        known[power], power = votes, power * G % P
    plain = [
        [known.get(b * pow(masks[i][j], -1, P) % P) for j, (_a, b) in enumerate(row)]
        for i, row in enumerate(sums)
    ]
    need(
        all(each is not None for row in plain for each in row),
        "开出来的不是票数", "what was opened is no number of votes",
    )  # fmt: skip
    return plain


# --- all of it ------------------------------------------------------------------------------------


def recount(published, say, *, receipt=None, noted_head=None, processes=None):
    """Check everything in order, saying each step; the tally, or None before the opening.

    Raises NotRight at the first thing that does not hold.
    """
    form, manifest, slips, taken, votes, head, openings, tally = fields(
        published, "format", "manifest", "slips", "taken_count", "votes", "head", "openings",
        "tally",
    )  # fmt: skip
    need(form == "xiangyue.secret-recount.1", "不认识这个文件", "this file is not known here")
    said = Announced(manifest)
    say(
        f"《{said.title}》：{len(said.trustees)} 位保管人各持一把钥匙，缺一把也打不开。"
        f"公告指纹 {said.print}",
        f'"{said.title}": {len(said.trustees)} trustees hold a key each, none can be missing.'
        f" Fingerprint of the announcement {said.print}",
    )
    need(
        isinstance(slips, list) and slips == sorted(set(slips)) and len(slips) == taken,
        "领票名单与领票人数不符", "the list of slips and the number who took one differ",
    )  # fmt: skip
    say(f"{taken} 人领了票。", f"{taken} voters took a slip.")

    work = list(enumerate(votes, start=1))
    if len(votes) > 20 and processes != 1:
        with ProcessPoolExecutor(processes, None, begin_working, (manifest,)) as pool:
            checked = list(pool.map(check_numbered, work, chunksize=8))
    else:
        WORKER["said"] = said
        checked = [check_numbered(one) for one in work]
    valid, seen, chained, last = set(slips), set(), hashed("board", said.print), {}
    heads = [chained]
    for place, found in enumerate(checked, start=1):
        if len(found) == 2:
            raise NotRight(*found)
        slip, digest, ciphers = found
        need(
            slip in valid,
            f"第 {place} 张票：没有人领过这张票",
            f"vote {place}: nobody took its slip",
        )
        for row in ciphers:
            for a, _b in row:
                need(
                    a not in seen,
                    f"第 {place} 张票：抄了别的票",
                    f"vote {place}: a cipher is a copy",
                )
                seen.add(a)
        chained = hashed("head", chained, digest)
        heads.append(chained)
        last[slip] = (place, ciphers)
    need(
        chained == head,
        "票箱的封条不对：有票被拿走、塞进或调换",
        "the head of the board differs: a vote was taken out, put in or moved",
    )
    say(
        f"箱里有 {len(votes)} 张密封票，每张都查过；重投的以最后一张为准，计 {len(last)} 张。"
        f"封条 {head}",
        f"{len(votes)} sealed votes are in the box, each was checked; of each slip the last counts:"
        f" {len(last)}. Head {head}",
    )
    _own(say, receipt, noted_head, checked=checked, heads=heads, last=last)

    if openings is None and tally is None:
        say("票箱还没有打开。", "The box has not been opened yet.")
        return None
    sums = [[(1, 1) for _choice in choices] for _text, choices, _allowed in said.questions]
    for _place, ciphers in last.values():
        sums = [
            [(x[0] * y[0] % P, x[1] * y[1] % P) for x, y in zip(old, new, strict=True)]
            for old, new in zip(sums, ciphers, strict=True)
        ]
    counted = open_sums(said, sums, openings, head, len(last))
    need(counted == tally, "公布的票数与重算的不同", "the published tally is not what comes out")
    for row, (text, choices, allowed) in zip(counted, said.questions, strict=True):
        need(
            len(last) * allowed[0] <= sum(row) <= len(last) * allowed[-1],
            "一个问题的票数合不拢", "a question does not add up",
        )  # fmt: skip
        lines = "，".join(f"{name} {votes} 票" for name, votes in zip(choices, row, strict=True))
        english = ", ".join(f"{name} {votes}" for name, votes in zip(choices, row, strict=True))
        say(f"{text} {lines}", f"{text} {english}")
    say("重算的结果与公布的一样。", "The recount comes to what was published.")
    return counted


def _own(say, receipt, noted_head, *, checked, heads, last):
    if receipt is not None:
        wanted = "".join(letter for letter in receipt.upper() if letter.isalnum())
        wanted = wanted.translate(str.maketrans("ILOU", "110V"))
        places = [
            (place, slip)
            for place, (slip, digest, _ciphers) in enumerate(checked, start=1)
            if receipt_of(digest) == wanted
        ]
        need(places, f"回执 {receipt} 不在箱里", f"receipt {receipt} is not in the box")
        place, slip = places[0]
        if last[slip][0] == place:
            say(f"回执 {receipt} 是第 {place} 张票，已计入。",
                f"Receipt {receipt} is vote {place}, and counts.")  # fmt: skip
        else:
            say(f"回执 {receipt} 是第 {place} 张票，后来重投过，以后一张为准。",
                f"Receipt {receipt} is vote {place}; it was replaced by a later one.")  # fmt: skip
    if noted_head is not None:
        places = [place for place, each in enumerate(heads) if each.startswith(noted_head.lower())]
        need(
            places and len(noted_head) >= 8,
            "您记下的封条不在这个箱子里：有票被动过",
            "the head that you noted does not belong to this box: votes were changed",
        )
        say(
            f"您记下的封条对应第 {places[0]} 张票之后，之前的票一张没动。",
            f"The head that you noted stands after vote {places[0]}; nothing before it changed.",
        )


def no_name_twice(pairs):
    need(len(dict(pairs)) == len(pairs), "文件里有重复的名目", "a name stands twice in the file")
    return dict(pairs)


def main(arguments):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file")
    parser.add_argument("--receipt")
    parser.add_argument("--head")
    parser.add_argument("--english", action="store_true")
    given = parser.parse_args(arguments)
    language = 1 if given.english else 0

    def say(*words):
        print(words[language], flush=True)

    try:
        with open(given.file, encoding="utf-8") as file:
            published = json.load(file, object_pairs_hook=no_name_twice)
        recount(published, say, receipt=given.receipt, noted_head=given.head)
    except NotRight as fault:
        say(f"不对：{fault.words[0]}。", f"NOT RIGHT: {fault.words[1]}.")
        return 1
    except (LookupError, TypeError, ValueError, AttributeError, OSError, RecursionError) as fault:
        say(f"不对：文件读不懂({fault!r})。", f"NOT RIGHT: the file cannot be read ({fault!r}).")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
