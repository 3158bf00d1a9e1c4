"""Which of the phrases that may be said a sound is: of all ways to say them, those that whisper's decoder finds likeliest.

Freely, whisper writes a short word on a phone line down as anything (鸭鸭 for 八号). Of what may be said at a question it has to choose the nearest only. Some
words it finds likely for any voice, others for none, and most behind words like them: what counts is how much likelier a way to say it is for this sound than
for voices that say nothing.
"""
import math
import unicodedata
from dataclasses import dataclass

from decoder import Decoder, Texts

# what people say first, and before a pause, and before a pick, and between two of them; before a yes or a no 就是 is a hesitation only with a pause behind it:
# 不是 sounds like it
FILLERS = ["嗯", "那个", "啊", "呃", "哎", "嗯那个", "这个"]
PAUSING = ["就是", "就是说"]
LEADS = ["就是", "投", "我投", "我选", "我要投", "选", "我要", "我想投", "我要选", "就投"]
BETWEEN = ["和", "、", "还有"]
BEFORE_WORDS = [f"{filler}，" for filler in FILLERS]
BEFORE_PICKS = [*BEFORE_WORDS, *LEADS, *(f"{filler}，{lead}" for filler in ("嗯", "那个") for lead in ("我投", "投"))]
MOST_PICKS, MOST_WRITTEN = 3, 40
# so many openings and so many first picks are followed; an opening that is likelier than this, a pick that is not so much unlikelier than the best
# (logarithms of likelihoods, as all that follow)
FOLLOWED, LEAST_OPENING, GIVEN_UP = 2, 0.0, 6.0
# how much of what is likely for voices that say nothing is taken off; what an opening and what another pick costs
UNSAID, OPENING, ANOTHER = 0.75, 1.0, 5.0
# what it costs not to be of the likeliest group; how much less likely it is that both parts around a pause say something
UNEXPECTED, BEHIND_PAUSE = 1.0, 0.22
# what it costs to speak faster or more slowly than people do, in seconds for a syllable
PACE, FASTEST, SLOWEST = 3.0, 0.13, 0.4
# less likely than this, nothing of it was said; how sure one is falls to a half there
LEAST = -2.6
# so sure of a phrase, it is not looked at what whisper would write by itself; that is given up where a token of it becomes so unlikely
SURE, NO_WORDS = 0.8, -1.5
# less sure, it is not followed
LEAST_SURE = 0.02
# so many of the likeliest ways are heard again, in the sound a little faster or slower
HEARD_AGAIN = 12
# of so many texts it is remembered how likely they are for voices that say nothing
MOST_REMEMBERED = 4_000


@dataclass
class Group:
    """Phrases that may be said at a question; `several` of them together, such as picks."""

    phrases: list
    several: bool = False


@dataclass
class Way:
    """A way to say something, up to where it may end."""

    text: str
    # the picks or words in it, and of which group they are
    said: tuple
    group: int
    # where it stands in the tree of texts, how likely each token is next, and its tokens
    node: int
    likely: object
    tokens: tuple
    # how likely it is for the sound and for voices that say nothing, and so its end; how many openings and further picks it has
    heard: float = 0.0
    unsaid: float = 0.0
    end_heard: float = 0.0
    end_unsaid: float = 0.0
    openings: int = 0

    def begun(self):
        return self.heard - UNSAID * self.unsaid - OPENING * self.openings - ANOTHER * max(0, len(self.said) - 1)

    def whole(self):
        return self.begun() + self.end_heard - UNSAID * self.end_unsaid


class Phrases:
    """Chooses phrases with one model. `voices`: encoded sounds of voices that say nothing."""

    def __init__(self, model_file, tokenizer, voices):
        self.tokenizer = tokenizer
        vocabulary = [token for token in range(tokenizer.eot + 1) if is_written(tokenizer, token)]
        self.at = {token: index for index, token in enumerate(vocabulary)}
        self.end = self.at[tokenizer.eot]
        self.decoder = Decoder(model_file, vocabulary)
        self.start = [*tokenizer.sot_sequence, tokenizer.no_timestamps]
        self.voices = [self.texts(voice) for voice in voices]
        self.unsaid = {}

    def choose(self, parts, groups):
        """
        What was said in a sound that has these parts between its pauses, (encoded, once as it is and then a little faster or slower; for how many seconds
        somebody speaks) each; the likeliest first: (text, how sure from 0 to 1). The last of the groups is the likeliest. Of a sound of one part it also gives,
        if no phrase is sure, what whisper would write by itself.
        """
        groups = [group for group in map(self.writable, groups) if group.phrases]
        if not groups:
            return []
        together = {(): ("", 1.0)}
        for (encoded, *others), seconds in parts:
            heard = self.texts(encoded)
            scored = self.heard_again(scored_of(self.ways(heard, groups, seconds), seconds, len(groups) - 1), others)
            options = options_of(scored)
            together = joined(together, options, groups[-1].several)
        sure = [both for said, both in together.items() if said]
        if len(parts) == 1 and max((one for _, one in sure), default=0.0) < SURE:
            text, likely = self.write(heard)
            sure.append((text, (1 - sum(one for _, one in options.values())) * likely))
        return sorted(sure, key=lambda way: -way[1])

    def texts(self, encoded):
        return Texts(self.decoder, self.decoder.memory(encoded), self.start)

    def heard_again(self, scored, others):
        """The likeliest ways, each as likely as it is for the sound and these others of the same words together."""
        likeliest = dict(sorted(scored.items(), key=lambda option: -option[1][1])[:HEARD_AGAIN])
        texts = {said: way.tokens for said, (way, _) in likeliest.items()}
        sums = {said: 0.0 for said in texts}
        for encoded in others:
            heard = self.texts(encoded)
            for (_, said), (likely, _, row) in self.grown(heard, [(heard.root, heard.first)], texts).items():
                way = likeliest[said][0]
                sums[said] += likely + float(row[self.end]) - way.heard - way.end_heard
        return {said: (way, score + sums[said] / (1 + len(others))) for said, (way, score) in likeliest.items()}

    def writable(self, group):
        """Without phrases in which there are letters, which it never writes."""
        return Group([phrase for phrase in group.phrases if all(token in self.at for token in self.tokenizer.encode(phrase))], group.several)

    def ways(self, heard, groups, seconds):
        """All ways that are likely enough to be looked at, with their ends; one in which nothing is said is an opening alone."""
        begin = Way("", (), -1, heard.root, heard.first, ())
        alone = self.behind(heard, [begin], FILLERS + (LEADS if groups[-1].several else PAUSING), "", is_opening=True)
        openings = [way for way in self.behind(heard, [begin], BEFORE_PICKS, "", is_opening=True) if way.begun() > LEAST_OPENING]
        found = []
        for at, group in enumerate(groups):
            opened = best([way for way in openings if group.several or way.text in BEFORE_WORDS])
            found += self.behind(heard, [begin], group.phrases, "", at) + self.behind(heard, opened, group.phrases, "我投", at)
        firsts = [way for way in found if groups[way.group].several]
        for _ in range(MOST_PICKS - 1):
            firsts = best([way for way in firsts if seconds > FASTEST * 2 * len(syllables(way.text))])
            least = max(way.whole() for way in found) - GIVEN_UP
            more = []
            for first in firsts:
                phrases = groups[first.group].phrases
                like = "一号" if first.said[-1].endswith("号") else phrases[-1]
                others = [phrase for phrase in phrases if not any(are_same(phrase, said) for said in first.said)]
                for way in best([way for way in self.behind(heard, [first], BETWEEN, like) if way.begun() - ANOTHER > least]):
                    more += self.behind(heard, [way], others, like + ("、" if way.text.endswith("、") else "和"), first.group)
            firsts = more
            found += more
        return alone + found

    def behind(self, heard, ways, texts, context, group=None, is_opening=False):
        """Each of these ways with each of the texts behind it; `context` is what stands before them for voices that say nothing."""
        encoded = {text: tuple(self.tokenizer.encode(text)) for text in texts}
        unsaid = self.unsaid_of(context, encoded)
        grown = self.grown(heard, [(way.node, way.likely) for way in ways], encoded)
        found = []
        for at, way in enumerate(ways):
            for text in texts:
                likely, node, row = grown[at, text]
                said = way.said if group is None else (*way.said, text)
                all_unsaid, end_unsaid = unsaid[text]
                found.append(
                    Way(
                        way.text + text, said, way.group if group is None else group, node, row, way.tokens + encoded[text], way.heard + likely,
                        way.unsaid + all_unsaid, float(row[self.end]), end_unsaid, way.openings + is_opening,
                    )
                )
        return found

    def grown(self, heard, starts, encoded):
        """By start and text: how likely the text is behind it, its node, and what is likely next."""
        tokens, parents, at = [], [], {}
        had = len(heard.before)
        for of, (node, _) in enumerate(starts):
            for text in encoded.values():
                for length in range(1, len(text) + 1):
                    if (of, text[:length]) in at:
                        continue
                    parents.append(had + at[of, text[: length - 1]] if length > 1 else node)
                    at[of, text[:length]] = len(tokens)
                    tokens.append(text[length - 1])
        rows = heard.grow(tokens, parents) if tokens else []
        found = {}
        for of, (_, first) in enumerate(starts):
            for name, text in encoded.items():
                before = [first, *(rows[at[of, text[:length]]] for length in range(1, len(text)))]
                likely = sum(float(row[self.at[token]]) for row, token in zip(before, text))
                found[of, name] = (likely, had + at[of, text], rows[at[of, text]])
        return found

    def unsaid_of(self, context, encoded):
        """How likely each text is for voices that say nothing, behind the context, and how likely its end is; on average over the voices."""
        if sum(map(len, self.unsaid.values())) > MOST_REMEMBERED:
            self.unsaid.clear()
        known = self.unsaid.setdefault(context, {})
        new = {name: text for name, text in encoded.items() if name not in known}
        if new:
            sums = {name: [0.0, 0.0] for name in new}
            for voice in self.voices:
                start = (voice.root, voice.first)
                if context:
                    start = self.grown(voice, [start], {"": tuple(self.tokenizer.encode(context))})[0, ""][1:]
                for (_, name), (likely, _, row) in self.grown(voice, [start], new).items():
                    sums[name][0] += likely / len(self.voices)
                    sums[name][1] += float(row[self.end]) / len(self.voices)
                voice.forget()
            known.update({name: tuple(both) for name, both in sums.items()})
        return known

    def write(self, heard):
        """What it would write by itself, token by token, and how likely a token of it is; nothing if it is not words."""
        written, likely, node, total = [], heard.first, heard.root, 0.0
        while True:
            index = int(likely.argmax())
            total += float(likely[index])
            token = self.decoder.vocabulary[index]
            if token == self.tokenizer.eot:
                break
            written.append(token)
            if len(written) == MOST_WRITTEN or (len(written) > 5 and total < NO_WORDS * len(written)):
                return "", 0.0
            parent, node = node, len(heard.before)
            likely = heard.grow([token], [parent])[0]
        text = self.tokenizer.decode(written).strip()
        return ("", 0.0) if text.startswith(("(", "（")) else (text, math.exp(total / (len(written) + 1)))


def scored_of(ways, seconds, likeliest_group):
    """By what is said, of all ways that say it the likeliest, and how likely it is."""
    found = {}
    for way in ways:
        score = way.whole() - pace(way.text, seconds) - (UNEXPECTED if way.said and way.group < likeliest_group else 0)
        if way.said not in found or score > found[way.said][1]:
            found[way.said] = (way, score)
    return found


def options_of(scored):
    """By what is said: its text, and how sure it is."""
    most = max(score for _, score in scored.values())
    total = sum(math.exp(score - most) for _, score in scored.values())
    is_said = 1 / (1 + math.exp(2 * (LEAST - most)))
    return {said: (way.text, is_said * math.exp(score - most) / total) for said, (way, score) in scored.items()}


def pace(text, seconds):
    """What it costs to have spoken faster or more slowly than people do."""
    count = max(1, len(syllables(text)))
    each = max(seconds, 0.01) / count
    return PACE * count * max(0.0, math.log(FASTEST / each), math.log(each / SLOWEST))


def syllables(text):
    return [sign for sign in text if "\u4e00" <= sign <= "\u9fff" or sign.isdigit()]


def joined(before, options, may_hesitate):
    """What was said up to a pause with what was said behind it, and how sure each is together; `may_hesitate` between two that are said."""
    found = {}
    for first, (start, sure) in before.items():
        for second, (text, then) in options.items():
            # behind a 对, what is taken for a hesitation may be a word that takes it back
            said = first + second if may_hesitate or second or not first else None
            whole, likely = found.get(said, (f"{start}，{text}" if start else text, 0.0))
            found[said] = (whole, likely + sure * then * (BEHIND_PAUSE if first and second else 1))
    share = sum_of(before) * sum_of(options) / sum_of(found)
    return {said: (text, share * sure) for said, (text, sure) in found.items() if is_answer(said) and share * sure > LEAST_SURE}


def are_same(one, other):
    """小广场 and 广场 are one pick."""
    return one == other or (not one.endswith("号") and (one.endswith(other) or other.endswith(one)))


def is_answer(said):
    return said is not None and len(said) <= MOST_PICKS


def sum_of(options):
    return max(1e-9, sum(sure for _, sure in options.values()))


def best(ways):
    """The few of these beginnings that are followed, the likeliest first."""
    most = max((way.begun() for way in ways), default=0.0)
    return sorted((way for way in ways if way.begun() > most - GIVEN_UP), key=lambda way: -way.begun())[:FOLLOWED]


def is_written(tokenizer, token):
    """Whether Chinese is written with it: a character or a part of one, a sign, a digit, the end."""
    if token >= tokenizer.eot:
        return token == tokenizer.eot
    text = tokenizer.decode([token])
    return "\ufffd" in text or all("\u4e00" <= sign <= "\u9fff" or unicodedata.category(sign)[0] in "PNZ" for sign in text)
