"""Voices that say nothing: pulses through formants that move at random, as a phone line carries them. How likely a word is for them, it is for any voice."""
import numpy as np

RATE = 16000
LINE = (250, 3400)
# how much lower, in hertz, a formant may lie and how much higher, and how wide it is
FORMANTS = [(270, 850, 90), (700, 2400, 130), (2200, 3200, 200)]


def voices(count):
    """So many sounds of one to four syllables, always the same."""
    return [voice(np.random.default_rng(100 + number), 1 + number % 4) for number in range(count)]


def voice(random, syllables):
    pitch = random.uniform(90, 230)
    around = np.zeros(RATE // 4)
    sound = np.concatenate([around, *(part for _ in range(syllables) for part in (consonant(random), vowel(random, pitch))), around])
    return (sound + random.normal(size=len(sound)) * 0.0006).astype(np.float32)


def consonant(random):
    return random.normal(size=int(RATE * random.uniform(0.02, 0.1))) * random.uniform(0.003, 0.05)


def vowel(random, pitch):
    """The harmonics of a pitch that glides, as loud as the formants make them."""
    at = np.linspace(0, 1, int(RATE * random.uniform(0.15, 0.32)))
    hertz = pitch * (1 + random.uniform(-0.2, 0.2) + random.uniform(-0.25, 0.25) * at)
    turns = 2 * np.pi * np.cumsum(hertz) / RATE
    glides = [(np.interp(at, [0, 1], random.uniform(low, high, 2)), width) for low, high, width in FORMANTS]
    sound = np.zeros(len(at))
    for harmonic in range(1, int(LINE[1] / hertz.min()) + 1):
        here = harmonic * hertz
        loud = sum(1 / (1 + ((here - formant) / width) ** 2) for formant, width in glides) / harmonic**0.5
        sound += loud * (here > LINE[0]) * (here < LINE[1]) * np.sin(harmonic * turns)
    sound *= np.minimum(1, 8 * np.minimum(at, 1 - at))
    return sound * 0.3 / np.abs(sound).max()
