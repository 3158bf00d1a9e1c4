"""The parts of a sound in which somebody speaks, between its pauses."""
import numpy as np

# a frame, in seconds; a frame is quiet that is so much quieter than the loud ones of the sound, or than what is there beside a voice allows
FRAME, QUIET, LOUDER = 0.02, 0.1, 2.2
# a pause parts, a shorter part is a click, and so much is kept around a part: seconds
PAUSE, CLICK, AROUND = 0.24, 0.08, 0.2


def parts_of(audio, rate):
    """(the part of the samples, for how many seconds of it somebody speaks), one after the other; at least one."""
    size = int(rate * FRAME)
    levels = np.sqrt((audio[: len(audio) // size * size].reshape(-1, size) ** 2).mean(1))
    if len(levels) == 0:
        return [(audio, 0.0)]
    is_loud = levels > max(QUIET * np.quantile(levels, 0.95), LOUDER * levels.min())
    spans = []
    for at in np.flatnonzero(is_loud):
        if spans and (at - spans[-1][1]) * FRAME <= PAUSE:
            spans[-1][1] = at
        else:
            spans.append([at, at])
    spans = [(first, last + 1) for first, last in spans if is_loud[first : last + 1].sum() * FRAME >= CLICK]
    around = int(AROUND * rate)
    found = [
        (audio[max(0, first * size - around) : last * size + around], float(is_loud[first:last].sum()) * FRAME) for first, last in spans
    ]
    return found or [(audio, 0.0)]
