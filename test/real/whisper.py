"""A server of the form that OpenAI's API gives to speech, around faster-whisper, for test/real/hearing.real.ts and npm run speech: whisper.py PORT MODEL_FOLDER.

Int8, one thread, one request at a time: others wait. It prints "ready" once it listens. It keeps nothing.
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
from faster_whisper.audio import decode_audio

port, folder = int(sys.argv[1]), sys.argv[2]
model = WhisperModel(folder, device="cpu", compute_type="int8", cpu_threads=1, num_workers=1)
one_at_a_time = threading.Lock()


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
        segments, info = model.transcribe(
            audio, language=text("language"), initial_prompt=text("prompt"), beam_size=5, temperature=0.0, condition_on_previous_text=False, without_timestamps=True
        )
        found = [
            {"text": one.text, "avg_logprob": one.avg_logprob, "no_speech_prob": one.no_speech_prob, "start": one.start, "end": one.end} for one in segments
        ]
    return {"text": "".join(one["text"] for one in found).strip(), "language": info.language, "duration": info.duration, "segments": found}


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
