"""Whisper's decoder in numpy, with the weights of a model in CTranslate2's form: how likely texts are for a sound, each exactly, many at once.

CTranslate2 itself gives no such thing for a tree of texts without computing what they share again for each of them.
"""
import struct

import numpy as np

TYPES = {0: np.float32, 1: np.int8, 2: np.int16, 3: np.int32, 4: np.float16}


class Decoder:
    """The weights, as numbers of 32 bits. Throws ValueError if the model keeps them in 8 bits."""

    def __init__(self, model_file, vocabulary):
        stored = variables(model_file)
        of_decoder = {name[8:]: value for name, value in stored.items() if name.startswith("decoder/")}
        if of_decoder["embeddings/weight"].dtype not in (np.float16, np.float32):
            raise ValueError("The model has weights of 8 bits; take one of 16 or 32.")
        self.weights = {name: value.astype(np.float32) for name, value in of_decoder.items() if value.dtype in (np.float16, np.float32)}
        self.heads = int(of_decoder["num_heads"].ravel()[0])
        self.layers = len({name.split("/")[0] for name in of_decoder if name.startswith("layer_") and name[6].isdigit()})
        self.embedded = self.weights["embeddings/weight"]
        # tokens that may be written; likelihoods are among these alone
        self.vocabulary = vocabulary
        self.projection = np.ascontiguousarray(self.embedded[vocabulary].T)

    def memory(self, encoded):
        """What an encoded sound is to each layer."""
        return [np.split(self.linear(f"layer_{layer}/attention/linear_1", encoded), 2, axis=1) for layer in range(self.layers)]

    def linear(self, name, values):
        return values @ self.weights[f"{name}/weight"].T + self.weights[f"{name}/bias"]

    def norm(self, name, values):
        off = values - values.mean(-1, keepdims=True)
        scale = np.sqrt((off * off).mean(-1, keepdims=True) + 1e-5)
        return off / scale * self.weights[f"{name}layer_norm/gamma"] + self.weights[f"{name}layer_norm/beta"]

    def attend(self, queries, keys, values, mask=None):
        split = lambda rows: rows.reshape(len(rows), self.heads, -1).transpose(1, 0, 2)
        weight = (split(queries) * (queries.shape[1] // self.heads) ** -0.5) @ split(keys).transpose(0, 2, 1)
        if mask is not None:
            weight = weight + mask
        weight -= weight.max(-1, keepdims=True)
        np.exp(weight, out=weight)
        weight /= weight.sum(-1, keepdims=True)
        return (weight @ split(values)).transpose(1, 0, 2).reshape(len(queries), -1)


class Texts:
    """A tree of the texts that were tried for one sound: each node is a token behind those before it."""

    def __init__(self, decoder, memory, start):
        self.decoder, self.memory = decoder, memory
        self.before = []
        nothing = np.zeros((0, decoder.embedded.shape[1]), np.float32)
        self.seen = [(nothing, nothing) for _ in range(decoder.layers)]
        self.root = len(start) - 1
        self.first = self.grow(start, range(-1, len(start) - 1), last=True)[-1]

    def forget(self):
        """Takes back what was tried behind the start."""
        kept = self.root + 1
        self.before = self.before[:kept]
        self.seen = [(keys[:kept], values[:kept]) for keys, values in self.seen]

    def grow(self, tokens, parents, last=False):
        """Nodes behind these parents; gives of each, or of the last alone, the logarithms of how likely each token of the vocabulary is next."""
        decoder, had = self.decoder, len(self.before)
        for at, parent in enumerate(parents):
            self.before.append((self.before[parent] if parent >= 0 else []) + [had + at])
        paths = self.before[had:]
        mask = np.full((len(tokens), had + len(tokens)), -1e9, np.float32)
        for row, path in enumerate(paths):
            mask[row, path] = 0
        state = decoder.embedded[list(tokens)] + decoder.weights["position_encodings/encodings"][[len(path) - 1 for path in paths]]
        for layer in range(decoder.layers):
            own, other, feed = (f"layer_{layer}/{part}" for part in ("self_attention/", "attention/", "ffn/"))
            queries, keys, values = np.split(decoder.linear(f"{own}linear_0", decoder.norm(own, state)), 3, axis=1)
            keys, values = (np.concatenate(both) for both in zip(self.seen[layer], (keys, values)))
            self.seen[layer] = (keys, values)
            state = state + decoder.linear(f"{own}linear_1", decoder.attend(queries, keys, values, mask))
            asked = decoder.linear(f"{other}linear_0", decoder.norm(other, state))
            state = state + decoder.linear(f"{other}linear_2", decoder.attend(asked, *self.memory[layer]))
            state = state + decoder.linear(f"{feed}linear_1", gelu(decoder.linear(f"{feed}linear_0", decoder.norm(feed, state))))
        likely = decoder.norm("", state[-1:] if last else state) @ decoder.projection
        likely -= likely.max(-1, keepdims=True)
        return likely - np.log(np.exp(likely).sum(-1, keepdims=True))


def gelu(values):
    """With the error function as Abramowitz and Stegun approximate it (7.1.26)."""
    size = np.abs(values) * 0.70710678
    t = 1 / (1 + 0.3275911 * size)
    error = 1 - ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t * np.exp(-size * size)
    return 0.5 * values * (1 + np.sign(values) * error)


def variables(path):
    """The arrays of a `model.bin`, by name."""
    with open(path, "rb") as file:
        data = file.read()
    at = 0

    def take(form):
        nonlocal at
        (value,) = struct.unpack_from(f"<{form}", data, at)
        at += struct.calcsize(f"<{form}")
        return value

    def name():
        nonlocal at
        length = take("H")
        at += length
        return data[at - length : at - 1].decode()

    take("I"), name(), take("I")
    found = {}
    for _ in range(take("I")):
        key = name()
        shape = [take("I") for _ in range(take("B"))]
        kind, size = np.dtype(TYPES[take("B")]), take("I")
        found[key] = np.frombuffer(data, kind, size // kind.itemsize, at).reshape(shape)
        at += size
    for _ in range(take("I")):
        alias = name()
        found[alias] = found[name()]
    return found
