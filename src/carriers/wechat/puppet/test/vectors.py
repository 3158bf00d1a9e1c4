"""Makes vectors.json with Python's cryptography, which shares no code with the puppet: python3 vectors.py > vectors.json"""

import base64
import hashlib
import json
import struct
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

APP_ID, TOKEN = "wx5823bf96d3bd56c7", "spamtest"
KEYS = {
    "current": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
    "previous": "GFEDCBA9876543210zyxwvutsrqponmlkjihgfedcba",
}


def encrypt(key, random, message, app_id=APP_ID, pad=None):
    raw = base64.b64decode(key + "=")
    plain = random + struct.pack(">I", len(message)) + message + app_id.encode()
    plain += pad(plain) if pad else pkcs7(plain)
    encryptor = Cipher(algorithms.AES(raw), modes.CBC(raw[:16])).encryptor()
    return base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()


def pkcs7(plain):
    size = 32 - len(plain) % 32
    return bytes([size]) * size


def signed(encrypted, timestamp="1409735669", nonce="1320562132"):
    parts = sorted([TOKEN, timestamp, nonce, encrypted])
    return {
        "encrypted": encrypted,
        "timestamp": timestamp,
        "nonce": nonce,
        "signature": hashlib.sha1("".join(parts).encode()).hexdigest(),
    }


random = bytes(range(16))
messages = ["投 3 7", "", "好" * 700, "💡]]>&<xml/>", *["x" * length for length in range(10, 44)]]
good = [
    {"key": name, "message": message, **signed(encrypt(key, random, message.encode()))}
    for name, key in KEYS.items()
    for message in messages
]
body = "投 3 7".encode()
key = KEYS["current"]
bad = {
    "another AppID": encrypt(key, random, body, "wx0000000000000000"),
    "a longer AppID": encrypt(key, random, body, APP_ID + "0"),
    "no AppID": encrypt(key, random, body, ""),
    "padding of zeros": encrypt(key, random, body, pad=lambda plain: bytes(32 - len(plain) % 32)),
    "a block of padding too much": encrypt(key, random, body, pad=lambda plain: bytes([64 - len(plain) % 32]) * (64 - len(plain) % 32)),
    "uneven padding": encrypt(key, random, body, pad=lambda plain: b"\x01" + pkcs7(plain)[1:]),
    "another key": encrypt("0" * 43, random, body),
    "half a block less": base64.b64encode(base64.b64decode(encrypt(key, random, body))[:-16]).decode(),
    "a block less": base64.b64encode(base64.b64decode(encrypt(key, random, body))[:-32]).decode(),
    "nothing": "",
}
print(json.dumps({"appId": APP_ID, "token": TOKEN, "keys": KEYS, "good": good, "bad": {name: signed(text) for name, text in bad.items()}}, ensure_ascii=False, indent=1))
