"""deploy/hearing/phrases.py and parts.py alone: a sound here is the text that was said, and the decoder finds its signs likely, one after the other. phrases.test.ts runs it."""
import os
import sys
import unittest
from unittest import mock

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../../deploy/hearing"))
import phrases as chosen
from parts import parts_of
from phrases import Group, Phrases, pace

WORDS = ["就这些", "找人", "对", "不对"]
PICKS = ["一号", "二号", "三号", "七号", "路灯", "社区花园"]
GROUPS = [Group(WORDS), Group(PICKS, several=True)]
# the signs that may be written, and as many again that nobody says here: likelihoods are small among thousands, as whisper's
SIGNS = " ，。、" + "".join(WORDS + PICKS + chosen.FILLERS + chosen.PAUSING + chosen.LEADS + chosen.BETWEEN) + "天气六的abc" + "".join(map(chr, range(0x6000, 0x6800)))
SIGNS = "".join(dict.fromkeys(SIGNS))
SAID, ALIKE = 12.0, 10.0


class Signs:
    """A tokenizer: each sign is a token."""

    eot, sot_prev, sot_sequence, no_timestamps = len(SIGNS), len(SIGNS) + 1, [len(SIGNS) + 2], len(SIGNS) + 3

    def encode(self, text):
        return [SIGNS.index(sign) for sign in text]

    def decode(self, tokens):
        return "".join(SIGNS[token] for token in tokens if token < self.eot)


class Sound:
    """What was said; `alike`: at a place another sign that is as good as heard; `usual`: what is likely for any voice, behind anything or behind one sign."""

    def __init__(self, text, alike=None, usual=None):
        self.text, self.alike, self.usual = text, alike or {}, usual or {}


class FakeDecoder:
    def __init__(self, _, vocabulary):
        self.vocabulary = vocabulary

    def memory(self, sound):
        return sound


class FakeTexts:
    """As decoder.Texts: a tree of the texts that were tried for one sound."""

    grown = 0

    def __init__(self, decoder, sound, start):
        self.decoder, self.sound, self.root = decoder, sound, 0
        self.before = [()]
        self.first = self.likely(())

    def forget(self):
        self.before = [()]

    def grow(self, tokens, parents):
        FakeTexts.grown += 1
        had = len(self.before)
        for token, parent in zip(tokens, parents):
            self.before.append(self.before[parent] + (token,))
        return [self.likely(path) for path in self.before[had:]]

    def likely(self, path):
        row = np.zeros(len(self.decoder.vocabulary), np.float32)
        at = len(path)
        for signs, more in self.sound.usual.items():
            if len(signs) == 1 or (path and SIGNS[path[-1]] == signs[0]):
                row[self.decoder.vocabulary.index(SIGNS.index(signs[-1]))] += more
        if self.sound.text:
            said = SIGNS.index(self.sound.text[at]) if at < len(self.sound.text) else Signs.eot
            if said in self.decoder.vocabulary:
                row[self.decoder.vocabulary.index(said)] += SAID
            if at in self.sound.alike:
                row[self.decoder.vocabulary.index(SIGNS.index(self.sound.alike[at]))] += ALIKE
        return row - np.log(np.exp(row).sum())


class Choosing(unittest.TestCase):
    def setUp(self):
        for name, fake in (("Decoder", FakeDecoder), ("Texts", FakeTexts)):
            patched = mock.patch.object(chosen, name, fake)
            patched.start()
            self.addCleanup(patched.stop)
        self.chooser = Phrases("", Signs(), [Sound("")])

    def heard(self, *said, groups=GROUPS, chooser=None, pace=0.25):
        """What is heard of these parts, each a text, a sound, or a sound in several forms; `pace`: seconds for a syllable."""
        forms = [one if isinstance(one, list) else [one if isinstance(one, Sound) else Sound(one)] for one in said]
        return (chooser or self.chooser).choose([(each, pace * max(1, len(each[0].text))) for each in forms], groups)

    def test_a_phrase_alone_or_as_people_say_it(self):
        for said in WORDS + PICKS + ["嗯，路灯", "我投三号", "那个，我投社区花园", "嗯，不对"]:
            text, sure = self.heard(said)[0]
            self.assertEqual(text, said)
            self.assertGreater(sure, 0.8, said)

    def test_several_of_one_group_together_each_once(self):
        for said in ["三号和路灯", "我投一号和二号和三号", "路灯、社区花园"]:
            self.assertEqual(self.heard(said)[0][0], said)
        # not the same twice, not four, no word with a pick or with a word, and 我投 before no word
        for said in ["三号和三号", "一号和二号和三号和七号", "不对和路灯", "不对和找人", "我投不对"]:
            self.assertNotIn(said, [text for text, sure in self.heard(said) if sure > 0.05])

    def test_what_stands_between_pauses_is_put_together(self):
        for said in [("三号", "七号"), ("嗯", "路灯"), ("那个", "不对"), ("我投", "三号", "路灯"), ("三号", "嗯", "路灯")]:
            text, sure = self.heard(*said)[0]
            self.assertEqual(text, "，".join(said))
            self.assertGreater(sure, 0.8, said)
        # 就是 is a hesitation only with a pause behind it, where 不是 sounds like it; and what is taken for one behind a 对 may take it back
        reads_back = [GROUPS[1], GROUPS[0]]
        self.assertEqual(self.heard("就是", "对", groups=reads_back)[0][0], "就是，对")
        for said in [("就是对",), ("对", "嗯"), ("对", "那个")]:
            self.assertFalse([text for text, sure in self.heard(*said, groups=reads_back) if text.replace("，", "").endswith(("对", "嗯", "那个")) and sure > 0.3], said)
        # a hesitation alone is nothing
        self.assertFalse([text for text, sure in self.heard("嗯", "那个") if sure > 0.05])
        self.assertFalse([text for text, sure in self.heard("嗯") if sure > 0.05 and text in WORDS + PICKS])

    def test_a_list_is_not_heard_because_lists_are_usual(self):
        usual = {"和七": 12.0, "七号": 12.0}
        chooser = Phrases("", Signs(), [Sound("", usual=usual)])
        with mock.patch.object(chosen, "ANOTHER", 3.0):
            self.assertEqual(self.heard(Sound("三号", alike={2: "和"}, usual=usual), chooser=chooser, pace=0.4)[0][0], "三号")

    def test_two_that_sound_alike_share_how_sure_it_is_and_stand_beside_each_other(self):
        ways = self.heard(Sound("七号", alike={0: "一"}))
        self.assertEqual([text for text, _ in ways[:2]], ["七号", "一号"])
        self.assertLess(ways[0][1], 0.95)
        self.assertGreater(ways[1][1], 0.05)
        self.assertLessEqual(sum(sure for _, sure in ways), 1.001)

    def test_what_is_unsure_in_one_form_of_a_sound_is_decided_by_the_others(self):
        unsure = Sound("七号", alike={0: "一"})
        once, again = (dict(self.heard(forms)) for forms in ([unsure], [unsure, Sound("一号"), Sound("一号")]))
        self.assertGreater(once["七号"], 2 * once["一号"])
        self.assertGreater(again["一号"], 2 * again.get("七号", 0))

    def test_a_title_and_its_end_are_one_pick(self):
        groups = [Group(["三号", "花园", "社区花园"], several=True)]
        self.assertNotIn("花园和社区花园", [text for text, _ in self.heard("花园和社区花园", groups=groups)])
        self.assertEqual(self.heard("三号和社区花园", groups=groups)[0][0], "三号和社区花园")

    def test_what_never_ends_is_no_words(self):
        with mock.patch.object(chosen, "MOST_WRITTEN", 3):
            self.assertEqual([text for text, _ in self.heard("天气天气") if text.startswith("天")], [])
            self.assertEqual(self.heard("天气")[0][0], "天气")

    def test_the_last_group_is_heard_more_readily(self):
        sure = [dict(self.heard(Sound("七号", alike={0: "一"}), groups=groups))["一号"] for groups in ([Group(["七号"]), Group(["一号"])], [Group(["一号"]), Group(["七号"])])]
        self.assertGreater(sure[0], 2 * sure[1])

    def test_a_phrase_costs_that_is_too_long_or_too_short_for_the_voice(self):
        shorter = [self.heard(Sound("对", alike={1: "天"}), groups=[Group(["对", "对天"])], pace=one)[0][0] for one in (0.1, 0.3)]
        self.assertEqual(shorter, ["对", "对天"])
        self.assertEqual(pace("路灯", 0.5), 0)
        self.assertGreater(pace("对", 1.2), 2)
        self.assertGreater(pace("社区花园", 0.25), 2)

    def test_no_phrase_is_said_behind_a_part_of_another_without_a_word_between(self):
        ways = [text for text, _ in self.heard("对的", groups=[Group(["对", "对的"], several=True)])]
        self.assertEqual(ways[0], "对的")
        self.assertFalse([text for text in ways if text.count("对") > 1], ways)

    def test_what_is_likely_for_any_voice_counts_less(self):
        usual = {"一": 3.0}
        chooser = Phrases("", Signs(), [Sound("", usual=usual), Sound("", usual=usual)])
        # by itself the decoder would write 一: 10 + 3 against 12
        self.assertEqual(self.heard(Sound("七号", alike={0: "一"}, usual=usual), chooser=chooser)[0][0], "七号")

    def test_what_is_no_phrase_is_written_as_it_is_and_no_phrase_is_sure(self):
        ways = self.heard("天气")
        self.assertEqual(ways[0][0], "天气")
        self.assertLess(max((sure for text, sure in ways if text != "天气"), default=0), 0.05)

    def test_nothing_is_sure_where_nobody_speaks(self):
        self.assertLess(max((sure for _, sure in self.heard("")), default=0), 0.05)

    def test_letters_are_never_written(self):
        self.assertNotIn("a", "".join(text for text, _ in self.heard("abc")))
        # a title with letters is left out, and the others are heard
        self.assertEqual(self.heard("路灯", groups=[Group(["abc"]), Group(["路灯", "a天"], several=True)])[0][0], "路灯")
        self.assertEqual(self.heard("路灯", groups=[Group(["abc"])]), [])
        self.assertEqual(pace("123", 0.5), 0)

    def test_what_is_likely_for_any_voice_is_found_once_for_a_phrase_and_forgotten_where_it_is_too_much(self):
        first = self.heard("路灯")
        before = FakeTexts.grown
        self.assertEqual(self.heard("路灯"), first)
        again, before = FakeTexts.grown - before, FakeTexts.grown
        self.heard("路灯", groups=[GROUPS[0], Group([*PICKS, "天气"], several=True)])
        self.assertLess(again, FakeTexts.grown - before)
        with mock.patch.object(chosen, "MOST_REMEMBERED", 1):
            self.heard("天气", groups=[Group(["天"])])
        self.assertEqual([text for known in self.chooser.unsaid.values() for text in known if text in PICKS], [])


class Pausing(unittest.TestCase):
    RATE = 8000

    def sound(self, *seconds):
        """A voice, a pause, a voice …, over the noise of a line."""
        random = np.random.default_rng(1)
        parts = [random.normal(size=int(self.RATE * length)) * (0.2 if at % 2 else 0.001) for at, length in enumerate(seconds)]
        return np.concatenate(parts).astype(np.float32)

    def test_a_pause_parts_and_what_is_between_syllables_does_not(self):
        voiced = lambda *seconds: [round(one, 1) for _, one in parts_of(self.sound(*seconds), self.RATE)]
        self.assertEqual(voiced(0.3, 0.4, 0.4, 0.6, 0.3), [0.4, 0.6])
        self.assertEqual(voiced(0.3, 0.4, 0.1, 0.6, 0.3), [1.0])
        # a click is no part
        self.assertEqual(voiced(0.3, 0.04, 0.5, 0.6, 0.3), [0.6])

    def test_silence_is_one_part_in_which_nobody_speaks_for_long(self):
        self.assertEqual(len(parts_of(np.zeros(0, np.float32), self.RATE)), 1)
        self.assertEqual(len(parts_of(np.zeros(self.RATE, np.float32), self.RATE)), 1)


if __name__ == "__main__":
    unittest.main()
