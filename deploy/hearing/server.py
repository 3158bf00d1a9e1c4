"""A server of the form that OpenAI's API gives to speech (`POST …/audio/transcriptions`), around whisper: server.py PORT MODEL [ADDRESS].

MODEL is a folder in CTranslate2's form with weights of 16 or 32 bits, or the name of one that faster-whisper fetches (`base`, `small`). It works one request
at a time: others wait. It prints "ready" once it listens, and keeps nothing.

A short sound with a `prompt`, which lists the phrases that may be said (对，不对。一号、二号、路灯。), is one of these or nothing of them: `alternatives` has
them with how sure each is, and what it would write by itself. Of those with 、 between them several may be said together, and those of the last sentence are
the likeliest. Anything else is written down freely.
"""
import io
import json
import math
import os
import re
import sys
import threading
from email.parser import BytesParser
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.audio import decode_audio, pad_or_trim
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.utils import download_model

from parts import parts_of
from phrases import Group, Phrases
from voices import voices

# who keys comes first: it takes what no other program needs, where the system knows such a class and it was not started in another one (chrt)
if hasattr(os, "SCHED_IDLE") and os.sched_getscheduler(0) == os.SCHED_OTHER:
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))

port, name, address = int(sys.argv[1]), sys.argv[2], (sys.argv[3:] or ["127.0.0.1"])[0]
folder = name if os.path.isdir(name) else download_model(name)
model = WhisperModel(folder, device="cpu", compute_type="int8", cpu_threads=1, num_workers=1)
one_at_a_time = threading.Lock()
RATE = 16000
# a sound in which one of the phrases is chosen: ten seconds, in frames; whisper's thirty take much longer and are no better
SHORT_SECONDS, SHORT_FRAMES = 9.5, 1000
MOST_BYTES = 32 * 1024 * 1024
# so many voices that say nothing, with which a sound is compared
VOICES = 4
# a sound with more parts is nobody who answers
MOST_PARTS = 4
# so fast the likeliest phrases are heard: whisper errs less in three forms of a sound than in one
SPEEDS = (1, 0.93, 1.07)
# no phrase was said if it is not this sure, and that many are told
LEAST_SURE, MOST_TOLD = 0.05, 5


def encode(audio):
    return np.array(model.encode(pad_or_trim(model.feature_extractor(audio), SHORT_FRAMES)))[0].astype(np.float32)


def tokenizer_of(language):
    return Tokenizer(model.hf_tokenizer, model.model.is_multilingual, task="transcribe", language=language)


chinese = Phrases(os.path.join(folder, "model.bin"), tokenizer_of("zh"), [encode(voice) for voice in voices(VOICES)])


def read_form(headers, body):
    """The fields of a multipart form: text, and the bytes of the file."""
    head = b"Content-Type: " + headers["content-type"].encode() + b"\r\n\r\n"
    fields = {}
    for part in BytesParser(policy=default).parsebytes(head + body).iter_parts():
        fields[part.get_param("name", header="content-disposition")] = part.get_payload(decode=True)
    return fields


def transcribe(fields):
    text = lambda name: fields[name].decode() if name in fields else ""
    audio = decode_audio(io.BytesIO(fields["file"]), sampling_rate=RATE)
    groups = [Group([one for one in re.split("[，、]", sentence) if one.strip()], "、" in sentence) for sentence in text("prompt").split("。") if sentence.strip()]
    language = text("language") or "zh"
    with one_at_a_time:
        if language == "zh" and groups and len(audio) < SHORT_SECONDS * RATE:
            return chosen(audio, groups)
        return written(audio, language, text("prompt"))


def chosen(audio, groups):
    parts = parts_of(audio, RATE)
    if len(parts) > MOST_PARTS:
        parts = [(audio, sum(seconds for _, seconds in parts))]
    ways = chinese.choose([([encode(faster(part, speed)) for speed in SPEEDS], seconds) for part, seconds in parts], groups)
    told = [{"text": text, "confidence": round(sure, 3)} for text, sure in ways if text and sure >= LEAST_SURE]
    first = told[0] if told else {"text": "", "confidence": 0}
    return {"text": first["text"], "language": "zh", "duration": len(audio) / RATE, "confidence": first["confidence"], "alternatives": told[:MOST_TOLD]}


def faster(audio, speed):
    """The same so many times as fast, and as high."""
    return audio if speed == 1 else np.interp(np.arange(int(len(audio) / speed)) * speed, np.arange(len(audio)), audio).astype(np.float32)


def written(audio, language, prompt):
    parts, _ = model.transcribe(audio, language=language, initial_prompt=prompt or None, beam_size=5, temperature=0, condition_on_previous_text=False)
    segments = [
        {"text": part.text, "avg_logprob": part.avg_logprob, "no_speech_prob": part.no_speech_prob, "start": part.start, "end": part.end} for part in parts
    ]
    text = "".join(part["text"] for part in segments).strip()
    return {"text": text, "language": language, "duration": len(audio) / RATE, "segments": segments}


class Door(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        length = int(self.headers.get("content-length", 0))
        if length > MOST_BYTES:
            self.close_connection = True
            return self.answer(413, {"error": {"message": "too long"}})
        body = self.rfile.read(length)
        if not self.path.endswith("/audio/transcriptions"):
            return self.answer(404, {"error": {"message": "not here"}})
        try:
            self.answer(200, transcribe(read_form(self.headers, body)))
        except Exception as error:  # what cannot be decoded is the caller's
            self.answer(400, {"error": {"message": type(error).__name__}})

    def answer(self, status, what):
        body = json.dumps(what).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except BrokenPipeError:
            pass

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer((address, port), Door)
print("ready", flush=True)
server.serve_forever()
