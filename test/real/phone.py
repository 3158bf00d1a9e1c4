"""A real SIP phone for test/real/asterisk.real.ts: one process, many calls. Commands come as JSON lines, what happens goes out as JSON lines.

{"do": "call", "id": 1, "to": "sip:…", "from": "13800000001"}   {"do": "press", "id": 1, "keys": "1#"}   {"do": "hangup", "id": 1}
Keys travel as RFC 4733 events over RTP. What a call hears is looked at every 20 ms: "loud" when a sound begins after 80 ms of silence, "quiet" after 700 ms of silence.
"""
import json
import os
import sys
import threading
import time
import queue
import pjsua2 as pj

SIP_PORT, RTP_PORT, RTP_PORTS = (int(one) for one in sys.argv[1:])
commands = queue.Queue()
# A key lasts 200 ms, and a finger takes 150 to the next one.
KEY = 0.35
# In percent; a voice has 20 and more. The library calls what is heard the level that is transmitted, to its own ear.
SILENT = 5


def tell(**what):
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


class Ear:
    """Tells when a sound begins and when it ends."""

    def __init__(self, id, audio):
        self.id = id
        self.audio = audio
        self.sounded = 0.0
        self.is_quiet = True
        self.listened = time.monotonic()
        self.loud = 0.0
        audio.startTransmit(endpoint.audDevManager().getPlaybackDevMedia())  # what nobody listens to has no level

    def listen(self):
        now = time.monotonic()
        since, self.listened = self.listened, now
        if self.audio.getTxLevel() > SILENT:
            self.loud += now - since
            if now - self.sounded > 0.08:
                tell(id=self.id, heard="loud")
            self.sounded = now
            self.is_quiet = False
        elif not self.is_quiet and now - self.sounded > 0.7:
            tell(id=self.id, heard="quiet")
            self.is_quiet = True


class Call(pj.Call):
    def __init__(self, account, id, call_id=pj.PJSUA_INVALID_ID):
        super().__init__(account, call_id)
        self.name = id
        self.ear = None

    def onCallState(self, prm):
        info = self.getInfo()
        if info.state == pj.PJSIP_INV_STATE_CONFIRMED:
            tell(id=self.name, is_="up")
        if info.state == pj.PJSIP_INV_STATE_DISCONNECTED:
            loud = self.ear.loud if self.ear else 0
            self.ear = None
            tell(id=self.name, is_="over", code=info.lastStatusCode, seconds=info.connectDuration.sec, loud=loud)

    def onCallMediaState(self, prm):
        info = self.getInfo()
        for index, media in enumerate(info.media):
            if media.type == pj.PJMEDIA_TYPE_AUDIO and media.status == pj.PJSUA_CALL_MEDIA_ACTIVE and self.ear is None:
                self.ear = Ear(self.name, self.getAudioMedia(index))


class Account(pj.Account):
    def onIncomingCall(self, prm):
        call = Call(self, "in%d" % len(calls), prm.callId)
        calls[call.name] = call  # kept for good: the destructor of a call that is over hangs up another one in its place
        answer = pj.CallOpParam()
        answer.statusCode = 200 if answers else 486
        tell(id=call.name, is_="ringing", uri=call.getInfo().remoteUri)
        call.answer(answer)


answers = True
calls = {}
# when which key of which call is pressed
pressed = []
endpoint = pj.Endpoint()
endpoint.libCreate()
config = pj.EpConfig()
config.logConfig.level = 0
config.logConfig.consoleLevel = 0
config.uaConfig.threadCnt = 0
config.uaConfig.mainThreadOnly = True
config.medConfig.clockRate = 8000
config.medConfig.sndClockRate = 8000
config.medConfig.maxMediaPorts = 1000
config.medConfig.ecTailLen = 0
config.medConfig.noVad = True
endpoint.libInit(config)
transport = pj.TransportConfig()
transport.port = SIP_PORT
transport.boundAddress = "127.0.0.1"
transport.publicAddress = "127.0.0.1"
endpoint.transportCreate(pj.PJSIP_TRANSPORT_UDP, transport)
endpoint.libStart()
endpoint.audDevManager().setNullDev()
one = pj.AccountConfig()
one.idUri = "sip:phone@127.0.0.1:%d" % SIP_PORT
one.mediaConfig.transportConfig.port = RTP_PORT
one.mediaConfig.transportConfig.portRange = RTP_PORTS
one.mediaConfig.transportConfig.boundAddress = "127.0.0.1"
one.mediaConfig.transportConfig.publicAddress = "127.0.0.1"
account = Account()
account.create(one)


def read():
    for line in sys.stdin:
        commands.put(json.loads(line))
    commands.put({"do": "stop"})


def tried(id, act):
    """An error is one call's, and told as its; the others go on."""
    try:
        act()
    except pj.Error as error:
        tell(id=id, error=error.reason)


threading.Thread(target=read, daemon=True).start()
tell(is_="ready")
while True:
    endpoint.libHandleEvents(20)
    for call in list(calls.values()):
        if call.ear is not None:
            tried(call.name, call.ear.listen)
    for one in [one for one in pressed if one[0] <= time.monotonic()]:
        pressed.remove(one)
        if calls[one[1]].isActive():
            tried(one[1], lambda: calls[one[1]].dialDtmf(one[2]))
    try:
        said = commands.get_nowait()
    except queue.Empty:
        continue
    what, id = said["do"], said.get("id")
    try:
        if what == "stop":
            break
        if what == "answers":
            answers = said["yes"]
        elif what == "call":
            calls[id] = Call(account, id)
            placed = pj.CallOpParam(True)
            placed.txOption.localUri = "sip:%s@127.0.0.1:%d" % (said["from"], SIP_PORT)
            calls[id].makeCall(said["to"], placed)
        elif what == "press" and id in calls:
            last = max([time.monotonic() - KEY] + [at for at, its, _ in pressed if its == id])
            pressed += [(last + KEY * (place + 1), id, key) for place, key in enumerate(said["keys"])]
        elif what == "hangup" and id in calls and calls[id].isActive():
            calls[id].hangup(pj.CallOpParam())
        elif what == "play" and id in calls:
            calls[id].voice = pj.AudioMediaPlayer()
            calls[id].voice.createPlayer(said["file"], pj.PJMEDIA_FILE_NO_LOOP)
            calls[id].voice.startTransmit(calls[id].getAudioMedia(-1))
        elif what == "speak" and id in calls:
            tone = pj.ToneDesc()
            tone.freq1, tone.freq2, tone.on_msec, tone.off_msec, tone.volume = 440, 523, said["ms"], 0, 12000
            calls[id].voice = pj.ToneGenerator()
            calls[id].voice.createToneGenerator(8000, 1)
            tones = pj.ToneDescVector()
            tones.append(tone)
            calls[id].voice.play(tones)
            calls[id].voice.startTransmit(calls[id].getAudioMedia(-1))
    except pj.Error as error:
        tell(id=id, error=error.reason)
for call in [one for one in calls.values() if one.isActive()]:
    try:
        call.hangup(pj.CallOpParam())
    except pj.Error:
        pass
sys.stdout.flush()
os._exit(0)  # not by the library's destructors: they know nothing of calls that are over
