"""deploy/hearing/phrases.py alone: a sound here is the text that was said, and the decoder finds its signs likely, one after the other. phrases.test.ts runs it."""
import os
import sys
import unittest
from unittest import mock

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../../deploy/hearing"))
import phrases as chosen
from phrases import Phrases

PHRASES = ["一号", "二号", "三号", "七号", "路灯", "社区花园", "对", "不对"]
# the signs that may be written, and as many again that nobody says here: likelihoods are small among thousands, as whisper's
SIGNS = " ，。、" + "".join(dict.fromkeys("".join(PHRASES + chosen.FILLERS + chosen.LEADS + chosen.BETWEEN) + "天气六的abc")) + "".join(map(chr, range(0x6000, 0x6800)))
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
    """What was said; `alike`: at a place another sign that is as good as heard; `usual`: what is likely for any voice."""

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

    def grow(self, tokens, parents):
        FakeTexts.grown += 1
        had = len(self.before)
        for token, parent in zip(tokens, parents):
            self.before.append(self.before[parent] + (token,))
        return [self.likely(path) for path in self.before[had:]]

    def likely(self, path):
        row = np.zeros(len(self.decoder.vocabulary), np.float32)
        for sign, more in self.sound.usual.items():
            row[self.decoder.vocabulary.index(SIGNS.index(sign))] += more
        at = len(path)
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

    def among(self, said):
        """The ways to say phrases that were looked at, the likeliest first."""
        found = self.chooser.search(FakeTexts(self.chooser.decoder, Sound(said), self.chooser.start), PHRASES)
        return [text for _, text in sorted(found.values(), reverse=True)]

    def test_a_phrase_alone_or_as_people_say_it(self):
        for said in PHRASES + ["嗯，路灯", "我投三号", "那个，我要投社区花园", "嗯，不对"]:
            self.assertEqual(self.among(said)[0], said)
            text, sure = self.chooser.choose(Sound(said), PHRASES)[0]
            self.assertEqual(text, said)
            self.assertGreater(sure, 0.8, said)

    def test_several_together_each_once(self):
        for said in ["三号和路灯", "我投一号和二号和三号"]:
            self.assertEqual(self.among(said)[0], said)
        # not the same twice, not four, and no 对 with another
        for said in ["三号和三号", "一号和二号和三号和七号", "对和路灯"]:
            self.assertNotIn(said, self.among(said))

    def test_two_that_sound_alike_share_how_sure_it_is_and_stand_beside_each_other(self):
        ways = self.chooser.choose(Sound("七号", alike={0: "一"}), PHRASES)
        self.assertEqual([text for text, _ in ways[:2]], ["七号", "一号"])
        self.assertLess(ways[0][1], 0.95)
        self.assertGreater(ways[1][1], 0.05)
        self.assertLessEqual(sum(sure for _, sure in ways), 1.001)

    def test_a_pause_between_two_is_not_taken_for_the_end(self):
        for said in ["三号，路灯", "路灯、社区花园", "那个，一号，二号"]:
            self.assertEqual(self.among(said)[0], said)

    def test_no_phrase_is_said_behind_a_part_of_another_without_a_word_between(self):
        ways = [text for text, _ in self.chooser.choose(Sound("对的"), ["对", "对的"])]
        self.assertEqual(ways[0], "对的")
        self.assertFalse([text for text in ways if text.count("对") > 1], ways)

    def test_what_is_likely_for_any_voice_counts_less(self):
        usual = {"一": 3.0}
        chooser = Phrases("", Signs(), [Sound("", usual=usual), Sound("", usual=usual)])
        # by itself the decoder would write 一: 10 + 3 against 12
        self.assertEqual(chooser.choose(Sound("七号", alike={0: "一"}, usual=usual), PHRASES)[0][0], "七号")

    def test_what_is_no_phrase_is_written_as_it_is_and_no_phrase_is_sure(self):
        ways = self.chooser.choose(Sound("天气"), PHRASES)
        self.assertEqual(ways[0][0], "天气")
        self.assertLess(max(sure for text, sure in ways if text != "天气"), 0.05)

    def test_nothing_is_sure_where_nobody_speaks(self):
        self.assertLess(max(sure for _, sure in self.chooser.choose(Sound(""), PHRASES)), 0.05)

    def test_letters_are_never_written(self):
        self.assertNotIn("a", "".join(text for text, _ in self.chooser.choose(Sound("abc"), PHRASES)))

    def test_what_is_likely_for_any_voice_is_found_once_for_a_phrase_and_forgotten_where_it_is_too_much(self):
        first = self.chooser.choose(Sound("路灯"), PHRASES)
        known, before = dict(self.chooser.unsaid), FakeTexts.grown
        self.assertEqual(self.chooser.choose(Sound("路灯"), PHRASES), first)
        again, other = FakeTexts.grown - before, FakeTexts.grown
        self.chooser.choose(Sound("路灯"), [*PHRASES, "天气"])
        self.assertLess(again, FakeTexts.grown - other)
        self.assertEqual(len(self.chooser.unsaid), len(known) + 3)
        with mock.patch.object(chosen, "MOST_REMEMBERED", 5):
            self.chooser.choose(Sound("天气"), ["天"])
        self.assertEqual(len(self.chooser.unsaid), 2)


if __name__ == "__main__":
    unittest.main()
