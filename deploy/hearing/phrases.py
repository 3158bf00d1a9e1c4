"""Which of the phrases that may be said a sound is: of all ways to say them, those that whisper's decoder finds likeliest.

Freely, whisper writes a short word on a phone line down as anything (鸭鸭 for 八号). Of what may be said at a question it has to choose the nearest only. Some
words it finds likely for any voice, others for none: what counts is how much likelier a phrase is for this sound than for voices that say nothing.
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
WAYS, MOST_TOKENS, MOST_WRITTEN, GIVEN_UP = 12, 24, 40, 6.0
# how much of what is likely for voices that say nothing is taken off; and what another pick costs
UNSAID, ANOTHER = 0.8, 4.0
# less likely than this, nothing of it was said; how sure one is falls to a half there
LEAST = -1.8
# so sure of a phrase, it is not looked at what whisper would write by itself; that is given up where a token of it becomes so unlikely
SURE, NO_WORDS = 0.8, -1.5
# of so many beginnings of phrases it is remembered how likely they are for voices that say nothing
MOST_REMEMBERED = 20_000


class Phrases:
    """Chooses phrases with one model. `voices`: encoded sounds of voices that say nothing."""

    def __init__(self, model_file, tokenizer, voices):
        self.tokenizer = tokenizer
        vocabulary = [token for token in range(tokenizer.eot + 1) if is_written(tokenizer, token)]
        self.at = {token: index for index, token in enumerate(vocabulary)}
        self.decoder = Decoder(model_file, vocabulary)
        self.start = [*tokenizer.sot_sequence, tokenizer.no_timestamps]
        self.voices = [self.decoder.memory(voice) for voice in voices]
        self.unsaid = {}

    def choose(self, encoded, phrases):
        """The likeliest first: (text, how sure from 0 to 1). Behind them, if none is sure, what whisper would write by itself."""
        heard = Texts(self.decoder, self.decoder.memory(encoded), self.start)
        found = self.search(heard, phrases)
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

    def search(self, heard, phrases):
        """The best way to say each meaning: its picks to (likelihood, text)."""
        may = MayBeSaid(self, phrases)
        end = self.at[self.tokenizer.eot]
        ways = [(0.0, (), may.begin(), heard.root)]
        likely = {heard.root: heard.first}
        found = {}
        for _ in range(MOST_TOKENS):
            onward = []
            for score, path, states, node in ways:
                for said, unsaid in (state[2:] for state in states if state[0] == "end"):
                    whole = score + float(likely[node][end]) - UNSAID * unsaid - ANOTHER * (len(said) - 1)
                    if said not in found or whole > found[said][0]:
                        found[said] = (whole, self.tokenizer.decode(path).strip())
                for (token, unsaid), states_then in may.after(states).items():
                    onward.append((score + float(likely[node][self.at[token]]) - UNSAID * unsaid, path + (token,), states_then, node))
            onward = sorted(onward, key=lambda way: -way[0])[:WAYS]
            if not onward or (found and onward[0][0] < max(score for score, _ in found.values()) - GIVEN_UP):
                break
            had = len(heard.before)
            rows = heard.grow([path[-1] for _, path, _, _ in onward], [node for _, _, _, node in onward])
            likely = {had + at: row for at, row in enumerate(rows)}
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
        text = self.tokenizer.decode(written).strip()
        return ("", 0.0) if text.startswith(("(", "（")) else (text, math.exp(total / (len(written) + 1)))

    def learn(self, texts):
        """How likely each token of these is for voices that say nothing, behind those before it; of a whole text also its end. On average over the voices."""
        new = [tokens for tokens in texts if (*tokens, None) not in self.unsaid]
        if not new:
            return
        if len(self.unsaid) > MOST_REMEMBERED:
            self.unsaid.clear()
        paths = sorted({tokens[: at + 1] for tokens in new for at in range(len(tokens))}, key=len)
        rows = {(): 0.0}
        for voice in self.voices:
            tree = Texts(self.decoder, voice, self.start)
            nodes = {path: len(tree.before) + at for at, path in enumerate(paths)}
            grown = tree.grow([path[-1] for path in paths], [nodes.get(path[:-1], tree.root) for path in paths])
            for path, row in [((), tree.first), *zip(paths, grown)]:
                rows[path] = rows.get(path, 0.0) + row / len(self.voices)
        for path in paths:
            self.unsaid[path] = float(rows[path[:-1]][self.at[path[-1]]])
        for tokens in new:
            self.unsaid[(*tokens, None)] = float(rows[tokens][self.at[self.tokenizer.eot]])


class MayBeSaid:
    """What may be said at a question. A state is where in a tree of tokens a way stands: (what kind of tree, its node, what was said so far, what its end is without being said)."""

    def __init__(self, chooser, phrases):
        encode = lambda texts: [(text, tuple(chooser.tokenizer.encode(text))) for text in texts]
        encoded = encode(dict.fromkeys(phrases))
        chooser.learn([tokens for _, tokens in encoded])
        self.phrases = tree_of(encoded, chooser.unsaid)
        self.fillers, self.leads, self.between = (tree_of(encode(texts), {}) for texts in (FILLERS, LEADS, BETWEEN))

    def begin(self):
        return [("filler", self.fillers, (), 0.0), *self.without_filler()]

    def without_filler(self):
        return [("lead", self.leads, (), 0.0), ("phrase", self.phrases, (), 0.0)]

    def after(self, states):
        """By token, and how likely that is without being said, the states to which it leads."""
        found = {}
        for kind, node, said, _ in states:
            for token, child in node.children.items():
                found.setdefault((token, child.unsaid), []).extend(self.at(kind, child, said))
        return found

    def at(self, kind, node, said):
        inside = [(kind, node, said, 0.0)] if node.children else []
        if node.text is None:
            return inside
        if kind == "filler":
            return inside + self.without_filler()
        if kind != "phrase":
            return inside + [("phrase", self.phrases, said, 0.0)]
        if node.text in said:
            return inside
        whole = said + (node.text,)
        more = [("between", self.between, whole, 0.0)] if len(whole) < MOST_PICKS and len(node.text) > 1 else []
        return inside + [("end", Node(), whole, node.end_unsaid)] + more


class Node:
    """A token behind others: how likely it is for voices that say nothing, the text that ends with it, and how likely its end is for them."""

    def __init__(self, unsaid=0.0):
        self.children, self.unsaid, self.text, self.end_unsaid = {}, unsaid, None, 0.0


def tree_of(texts, unsaid):
    root = Node()
    for text, tokens in texts:
        node = root
        for at, token in enumerate(tokens):
            node = node.children.setdefault(token, Node(unsaid.get(tokens[: at + 1], 0.0)))
        node.text, node.end_unsaid = text, unsaid.get((*tokens, None), 0.0)
    return root


def is_written(tokenizer, token):
    """Whether Chinese is written with it: a character or a part of one, a sign, a digit, the end."""
    if token >= tokenizer.eot:
        return token == tokenizer.eot
    text = tokenizer.decode([token])
    return "\ufffd" in text or all("\u4e00" <= sign <= "\u9fff" or unicodedata.category(sign)[0] in "PNZ" for sign in text)
