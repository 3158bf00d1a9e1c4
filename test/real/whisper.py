"""A server of the form that OpenAI's API gives to speech, around faster-whisper, for test/real/hearing.real.ts and npm run speech: whisper.py PORT MODEL_FOLDER.

Int8, one thread, one request at a time: others wait. It prints "ready" once it listens. It keeps nothing. Beside the text it gives the other ways to write
it down that the search has come to, with what each is worth: `alternatives`.
"""
import io
import json
import math
import sys
import threading
from email.parser import BytesParser
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from faster_whisper import WhisperModel
from faster_whisper.audio import decode_audio, pad_or_trim
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_suppressed_tokens

port, folder = int(sys.argv[1]), sys.argv[2]
model = WhisperModel(folder, device="cpu", compute_type="int8", cpu_threads=1, num_workers=1)
one_at_a_time = threading.Lock()
# so many ways at once, and so many tokens at most: nobody says more in eight seconds
BEAM, MOST_TOKENS = 5, 60


def read_form(headers, body):
    """The fields of a multipart form: text, and the bytes of the file."""
    head = b"Content-Type: " + headers["content-type"].encode() + b"\r\n\r\n"
    fields = {}
    for part in BytesParser(policy=default).parsebytes(head + body).iter_parts():
        fields[part.get_param("name", header="content-disposition")] = part.get_payload(decode=True)
    return fields


def transcribe(fields):
    text = lambda name: fields[name].decode() if name in fields else None
    with one_at_a_time:
        audio = decode_audio(io.BytesIO(fields["file"]), sampling_rate=16000)
        spoken = Tokenizer(model.hf_tokenizer, model.model.is_multilingual, task="transcribe", language=text("language"))
        before = model.get_prompt(spoken, spoken.encode(" " + text("prompt").strip()) if text("prompt") else [], without_timestamps=True)
        encoded = model.encode(pad_or_trim(model.feature_extractor(audio), 3000))
        result = model.model.generate(
            encoded, [before], beam_size=BEAM, num_hypotheses=BEAM, max_length=len(before) + MOST_TOKENS, return_scores=True, return_no_speech_prob=True,
            suppress_blank=True, suppress_tokens=get_suppressed_tokens(spoken, [-1]),
        )[0]
    found = [
        {"text": spoken.decode(tokens).strip(), "sure": score * len(tokens) / (len(tokens) + 1)} for tokens, score in zip(result.sequences_ids, result.scores)
    ]
    first = {"text": found[0]["text"], "avg_logprob": found[0]["sure"], "no_speech_prob": result.no_speech_prob, "start": 0, "end": len(audio) / 16000}
    others = [{"text": one["text"], "confidence": math.exp(one["sure"])} for one in found]
    return {"text": first["text"], "language": text("language"), "duration": first["end"], "segments": [first], "alternatives": others}


class Door(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
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


server = ThreadingHTTPServer(("127.0.0.1", port), Door)
print("ready", flush=True)
server.serve_forever()
