"""A real SIP phone for test/real/asterisk.real.ts: one process, many calls. Commands come as JSON lines, what happens goes out as JSON lines.

{"do": "call", "id": 1, "to": "sip:…", "from": "13800000001"}   {"do": "press", "id": 1, "keys": "1#"}   {"do": "hangup", "id": 1}
Keys travel as RFC 4733 events over RTP. What a call hears is measured frame by frame: "loud" when a sound begins after 80 ms of silence, "quiet" after 700 ms of silence.
"""
import json
import os
import sys
import threading
import queue
import pjsua2 as pj

SIP_PORT, RTP_PORT, RTP_PORTS = (int(one) for one in sys.argv[1:])
commands = queue.Queue()


def tell(**what):
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


class Ear(pj.AudioMediaPort):
    """Hears what comes: tells when a sound begins and when it ends."""

    def __init__(self, id):
        super().__init__()
        self.id = id
        self.still = 1000

    def onFrameReceived(self, frame):
        data = bytes(frame.buf[: frame.size]) if frame.size else b""
        loud = max((abs(int.from_bytes(data[at : at + 2], "little", signed=True)) for at in range(0, len(data) - 1, 16)), default=0) > 300
        if loud:
            if self.still > 4:
                tell(id=self.id, heard="loud")
            self.still = 0
        else:
            self.still += 1
            if self.still == 35:
                tell(id=self.id, heard="quiet")


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
            tell(id=self.name, is_="over", code=info.lastStatusCode, seconds=info.connectDuration.sec)

    def onCallMediaState(self, prm):
        info = self.getInfo()
        for index, media in enumerate(info.media):
            if media.type == pj.PJMEDIA_TYPE_AUDIO and media.status == pj.PJSUA_CALL_MEDIA_ACTIVE and self.ear is None:
                audio = self.getAudioMedia(index)
                self.ear = Ear(self.name)
                form = pj.MediaFormatAudio()
                form.type = pj.PJMEDIA_TYPE_AUDIO
                form.clockRate, form.channelCount, form.bitsPerSample, form.frameTimeUsec = 8000, 1, 16, 20000
                self.ear.createPort(str(self.name), form)
                audio.startTransmit(self.ear)


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
accounts = {}


def account_of(number):
    if number not in accounts:
        one = pj.AccountConfig()
        one.idUri = "sip:%s@127.0.0.1:%d" % (number, SIP_PORT)
        one.mediaConfig.transportConfig.port = RTP_PORT
        one.mediaConfig.transportConfig.portRange = RTP_PORTS
        one.mediaConfig.transportConfig.boundAddress = "127.0.0.1"
        one.mediaConfig.transportConfig.publicAddress = "127.0.0.1"
        accounts[number] = Account()
        accounts[number].create(one)
    return accounts[number]


account_of("phone")


def read():
    for line in sys.stdin:
        commands.put(json.loads(line))
    commands.put({"do": "stop"})


threading.Thread(target=read, daemon=True).start()
tell(is_="ready")
while True:
    endpoint.libHandleEvents(10)
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
            calls[id] = Call(account_of(said["from"]), id)
            calls[id].makeCall(said["to"], pj.CallOpParam(True))
        elif what == "press" and id in calls:
            calls[id].dialDtmf(said["keys"])
        elif what == "hangup" and id in calls and calls[id].isActive():
            calls[id].hangup(pj.CallOpParam())
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
