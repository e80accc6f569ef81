# SPDX-License-Identifier: MIT
"""GStreamer's webrtcbin: ICE of libnice, DTLS of OpenSSL, SRTP of libsrtp2.

usage: webrtcbin_client.py publish|watch URL CODEC [tcp]; the token is in WHIP_TOKEN. A publisher's WHIP_PICTURE
("320x240"), WHIP_KBIT (a picture that fills so much) and WHIP_SOUND=none change what it sends.
"""
import json
import os
import re
import sys
import urllib.parse
import urllib.request

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstSdp", "1.0")
gi.require_version("GstWebRTC", "1.0")
from gi.repository import GLib, Gst, GstSdp, GstWebRTC  # noqa: E402

COUNTS = {"video": 0, "audio": 0}
PACKETS = Gst.PadProbeType.BUFFER | Gst.PadProbeType.BUFFER_LIST
VIDEO_CAPS = {
    "vp8": "application/x-rtp,media=video,encoding-name=VP8,payload=102,clock-rate=90000",
    "h264": "application/x-rtp,media=video,encoding-name=H264,payload=102,clock-rate=90000,"
    "packetization-mode=(string)1,profile-level-id=(string)42e01f",
}
AUDIO_CAPS = "application/x-rtp,media=audio,encoding-name=OPUS,payload=111,clock-rate=48000,encoding-params=(string)2"
PICTURE = os.environ.get("WHIP_PICTURE", "320x240").split("x")
KBIT = int(os.environ.get("WHIP_KBIT", "0"))
PATTERN = "smpte" if KBIT else "ball"  # has noise in it, which takes every bit it is given
KINDS = ("video",) if os.environ.get("WHIP_SOUND") == "none" else ("video", "audio")
ENCODERS = {
    "vp8": f"vp8enc deadline=1 cpu-used=8 end-usage=cbr target-bitrate={KBIT * 1000} keyframe-max-dist=50 ! "
    "rtpvp8pay ssrc=1001",
    "h264": f"x264enc tune=zerolatency speed-preset=ultrafast bitrate={KBIT or 1000} key-int-max=50 bframes=0 ! video/x-h264,profile=constrained-baseline ! "
    "rtph264pay config-interval=-1 ssrc=1001",
}


def http(method, url, body=None):
    headers = {"Content-Type": "application/sdp", "Authorization": "Bearer " + os.environ["WHIP_TOKEN"]}
    request = urllib.request.Request(url, data=body and body.encode(), method=method, headers=headers)
    with urllib.request.urlopen(request, timeout=5) as answer:
        return answer.read().decode(), answer.headers.get("Location", "")


def count(kind):
    def probe(_pad, _info):
        COUNTS[kind] += 1
        return Gst.PadProbeReturn.OK

    return probe


class Client:
    def __init__(self, role, url, codec, transport="udp"):
        self.url, self.tcp_only, self.session = url, transport == "tcp", None
        self.loop = GLib.MainLoop()
        # Of one element alone parse_launch() makes no pipeline.
        self.pipeline = self.sender(codec) if role == "publish" else self.receiver()
        self.peer = self.pipeline.get_by_name("peer")
        if role == "watch":
            self.receive(codec)
        self.peer.connect("on-negotiation-needed", self.offer)
        self.peer.connect("notify::ice-gathering-state", self.gathered)
        self.peer.connect("pad-added", self.play)
        for kind in KINDS if role == "publish" else ():
            self.pipeline.get_by_name(kind).get_static_pad("src").add_probe(PACKETS, count(kind))

    @staticmethod
    def receiver():
        pipeline = Gst.Pipeline.new()
        peer = Gst.ElementFactory.make("webrtcbin", "peer")
        peer.set_property("bundle-policy", GstWebRTC.WebRTCBundlePolicy.MAX_BUNDLE)
        pipeline.add(peer)
        return pipeline

    @staticmethod
    def sender(codec):
        picture = (
            f"webrtcbin name=peer bundle-policy=max-bundle videotestsrc is-live=true pattern={PATTERN} ! "
            f"video/x-raw,width={PICTURE[0]},height={PICTURE[1]},framerate=25/1 ! "
            f"{ENCODERS[codec]} name=video ! {VIDEO_CAPS[codec].partition(',profile')[0]} ! peer. "
        )
        sound = (
            "audiotestsrc is-live=true wave=silence ! audio/x-raw,rate=48000,channels=2 ! opusenc ! "
            f"rtpopuspay ssrc=2002 name=audio ! {AUDIO_CAPS} ! peer."
        )
        return Gst.parse_launch(picture + (sound if "audio" in KINDS else ""))

    def receive(self, codec):
        direction = GstWebRTC.WebRTCRTPTransceiverDirection.RECVONLY
        for caps in (VIDEO_CAPS[codec], AUDIO_CAPS):
            self.peer.emit("add-transceiver", direction, Gst.Caps.from_string(caps))

    def offer(self, _peer):
        promise = Gst.Promise.new_with_change_func(self.offered)
        self.peer.emit("create-offer", None, promise)

    def offered(self, promise):
        promise.wait()
        reply = promise.get_reply()
        self.peer.emit("set-local-description", reply.get_value("offer"), Gst.Promise.new())

    def gathered(self, _peer, _property):
        if self.peer.get_property("ice-gathering-state") == GstWebRTC.WebRTCICEGatheringState.COMPLETE:
            GLib.idle_add(self.post)

    def post(self):
        text, location = http("POST", self.url, self.peer.get_property("local-description").sdp.as_text())
        self.session = urllib.parse.urljoin(self.url, location)
        if self.tcp_only:
            text = re.sub(r"(?im)^a=candidate:\S+ \d+ udp .*\r\n", "", text)
        sdp = GstSdp.SDPMessage.new_from_text(text)[1]
        answer = GstWebRTC.WebRTCSessionDescription.new(GstWebRTC.WebRTCSDPType.ANSWER, sdp)
        self.peer.emit("set-remote-description", answer, Gst.Promise.new())
        return False

    def play(self, _peer, pad):
        if pad.get_direction() == Gst.PadDirection.SRC:
            kind = pad.get_current_caps().get_structure(0).get_string("media")
            sink = Gst.ElementFactory.make("fakesink")
            sink.set_property("async", False)
            self.pipeline.add(sink)
            sink.sync_state_with_parent()
            pad.add_probe(PACKETS, count(kind))
            pad.link(sink.get_static_pad("sink"))

    def tell(self):
        connected = GstWebRTC.WebRTCPeerConnectionState.CONNECTED
        if self.peer.get_property("connection-state") == connected:
            print(json.dumps({"session": self.session, **COUNTS}), flush=True)
        return True

    def run(self):
        GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, 15, self.loop.quit)
        GLib.timeout_add(100, self.tell)
        self.pipeline.set_state(Gst.State.PLAYING)
        self.loop.run()
        if self.session:
            http("DELETE", self.session)
        self.pipeline.set_state(Gst.State.NULL)


Gst.init(None)
Client(*sys.argv[1:]).run()
