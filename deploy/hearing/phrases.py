"""Which of the phrases that may be said a sound is: of all ways to say them, those that whisper's decoder finds likeliest.

Freely, whisper writes a short word on a phone line down as anything (鸭鸭 for 八号). Of what may be said at a question it has to choose the nearest only.
"""
import math
import unicodedata

import numpy as np

from decoder import Decoder, Texts

# what people say first, before a pick, and between two of them
FILLERS = ["嗯，", "那个，", "啊，", "呃，", "嗯，那个，", "这个，", "就是，"]
LEADS = ["投", "我投", "我选", "我要投", "选", "我要", "我想投", "我要选", "就投"]
BETWEEN = ["和", "、", "，", "还有", "跟"]
MOST_PICKS = 3
# so many ways at once; tokens at most; a way that is so much unlikelier than the best is given up (logarithms of likelihoods, as all that follow)
WAYS, MOST_TOKENS, MOST_WRITTEN, GIVEN_UP = 8, 24, 40, 5.0
# how much of what is likely without any sound is taken off; and what another pick costs
UNHEARD, ANOTHER = 0.7, 2.0
# less likely than this, nothing of it was said; how sure one is falls to a half there
LEAST = -7.2
# so sure of a phrase, it is not looked at what whisper would write by itself; that is given up where a token of it becomes so unlikely
SURE, NO_WORDS = 0.8, -1.5
# so many tokens of the phrases stand before what is heard; the other phrases may be said all the same
MOST_BEFORE = 150
# so many lists of phrases are remembered, with what was found likely without a sound
MOST_LISTS, MOST_REMEMBERED = 24, 4_000


class Phrases:
    """Chooses phrases with one model. `nothing`: an encoded sound in which nobody speaks."""

    def __init__(self, model_file, tokenizer, nothing):
        self.tokenizer = tokenizer
        vocabulary = [token for token in range(tokenizer.eot + 1) if is_written(tokenizer, token)]
        self.at = {token: index for index, token in enumerate(vocabulary)}
        self.ends = [index for token, index in self.at.items() if token == tokenizer.eot or not is_letter(tokenizer.decode([token]))]
        self.decoder = Decoder(model_file, vocabulary)
        self.nothing = self.decoder.memory(nothing)
        self.lists = {}

    def choose(self, encoded, phrases):
        """The likeliest first: (text, how sure from 0 to 1). Behind them, if none is sure, what whisper would write by itself."""
        one = self.list_of(tuple(phrases))
        heard = Texts(self.decoder, self.decoder.memory(encoded), one.start)
        found = self.search(heard, one)
        if not found:
            return []
        most = max(score for score, _ in found.values())
        total = sum(math.exp(score - most) for score, _ in found.values())
        is_said = 1 / (1 + math.exp(2 * (LEAST - most)))
        sure = [(text, is_said * math.exp(score - most) / total) for score, text in found.values()]
        if max(one for _, one in sure) < SURE:
            text, likely = self.write(heard)
            sure.append((text, (1 - is_said) * likely))
        return sorted(sure, key=lambda way: -way[1])

    def list_of(self, phrases):
        """A list's ways to say it, and what was found likely without a sound; the same list comes with every call that stands at one question."""
        one = self.lists.pop(phrases, None)
        if one is None or len(one.unheard) > MOST_REMEMBERED:
            one = List(self, phrases)
        self.lists[phrases] = one
        while len(self.lists) > MOST_LISTS:
            self.lists.pop(next(iter(self.lists)))
        return one

    def search(self, heard, one):
        """The best way to say each meaning: its picks to (likelihood, text)."""
        ways = [(0.0, (), one.begin(), heard.root)]
        likely = {heard.root: heard.first}
        found = {}
        for _ in range(MOST_TOKENS):
            onward = []
            for score, path, states, node in ways:
                next_states = one.after(states)
                finished = [said for kind, _, said in states if kind == "end"]
                known = one.likely_unheard(path)
                allowed = [self.at[token] for token in next_states]
                for said in finished:
                    whole = score + float(np.logaddexp.reduce(likely[node][self.ends])) - ANOTHER * (len(said) - 1)
                    if said not in found or whole > found[said][0]:
                        found[said] = (whole, self.tokenizer.decode(path).strip())
                among = np.logaddexp.reduce(known[allowed].astype(np.float32)) if allowed and not finished else 0.0
                for token, states_then in next_states.items():
                    index = self.at[token]
                    less = 0.0 if finished else UNHEARD * float(known[index] - among)
                    onward.append((score + float(likely[node][index]) - less, path + (token,), states_then, node))
            onward = sorted(onward, key=lambda way: -way[0])[:WAYS]
            if not onward or (found and onward[0][0] < max(score for score, _ in found.values()) - GIVEN_UP):
                break
            had = len(heard.before)
            rows = heard.grow([path[-1] for _, path, _, _ in onward], [node for _, _, _, node in onward])
            likely = {had + at: row for at, row in enumerate(rows)}
            one.remember([path for _, path, _, _ in onward])
            ways = [(score, path, states, had + at) for at, (score, path, states, _) in enumerate(onward)]
        return found

    def write(self, heard):
        """What it would write by itself, token by token, and how likely a token of it is; nothing if it is not words."""
        written, likely, node, total = [], heard.first, heard.root, 0.0
        while len(written) < MOST_WRITTEN:
            index = int(likely.argmax())
            total += float(likely[index])
            token = self.decoder.vocabulary[index]
            if token == self.tokenizer.eot:
                break
            written.append(token)
            if len(written) > 5 and total < NO_WORDS * len(written):
                return "", 0.0
            parent, node = node, len(heard.before)
            likely = heard.grow([token], [parent])[0]
        return self.tokenizer.decode(written).strip(), math.exp(total / (len(written) + 1))


class List:
    """One list of phrases. A state is where in a tree of tokens a way stands: (what kind of tree, its node, what was said so far)."""

    def __init__(self, chooser, phrases):
        tokenizer = chooser.tokenizer
        tree = lambda texts: tree_of([(text, tokenizer.encode(text)) for text in texts])
        self.phrases, self.fillers, self.leads, self.between = tree(phrases), tree(FILLERS), tree(LEADS), tree(BETWEEN)
        before = tokenizer.encode(" " + "，".join(phrases) + "。")[-MOST_BEFORE:]
        self.start = [tokenizer.sot_prev, *before, *tokenizer.sot_sequence, tokenizer.no_timestamps]
        self.texts = Texts(chooser.decoder, chooser.nothing, self.start)
        self.unheard = {(): (self.texts.root, self.texts.first)}

    def begin(self):
        return [("filler", self.fillers, ()), *self.without_filler()]

    def without_filler(self):
        return [("lead", self.leads, ()), ("phrase", self.phrases, ())]

    def after(self, states):
        """By token the states to which it leads."""
        found = {}
        for kind, node, said in states:
            for token, child in node.items():
                if token is not None:
                    found.setdefault(token, []).extend(self.at(kind, child, said))
        return found

    def at(self, kind, node, said):
        inside = [(kind, node, said)] if any(token is not None for token in node) else []
        text = node.get(None)
        if text is None:
            return inside
        if kind == "filler":
            return inside + self.without_filler()
        if kind != "phrase":
            return inside + [("phrase", self.phrases, said)]
        if text in said:
            return inside
        whole = said + (text,)
        more = [("between", self.between, whole)] if len(whole) < MOST_PICKS and len(text) > 1 else []
        return inside + [("end", {}, whole)] + more

    def likely_unheard(self, path):
        return self.unheard[path][1]

    def remember(self, paths):
        """What is likely behind these without a sound."""
        new = [path for path in paths if path not in self.unheard]
        if not new:
            return
        had = len(self.texts.before)
        rows = self.texts.grow([path[-1] for path in new], [self.unheard[path[:-1]][0] for path in new])
        for at, path in enumerate(new):
            self.unheard[path] = (had + at, rows[at].astype(np.float16))


def tree_of(texts):
    """A tree by tokens; where a text ends, it stands under None."""
    root = {}
    for text, tokens in texts:
        node = root
        for token in tokens:
            node = node.setdefault(token, {})
        node[None] = text
    return root


def is_written(tokenizer, token):
    """Whether Chinese is written with it: a character or a part of one, a sign, a digit, the end."""
    if token >= tokenizer.eot:
        return token == tokenizer.eot
    text = tokenizer.decode([token])
    return "\ufffd" in text or all("\u4e00" <= sign <= "\u9fff" or unicodedata.category(sign)[0] in "PNZ" for sign in text)


def is_letter(text):
    return any(unicodedata.category(sign)[0] in "LNS" for sign in text)
