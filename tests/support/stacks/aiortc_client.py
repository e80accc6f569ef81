# SPDX-License-Identifier: MIT
"""aiortc (Debian's python3-aiortc): ICE, DTLS and SRTP in Python, codecs of FFmpeg.

usage: aiortc_client.py publish|watch URL CODEC [tcp]; the token is in WHIP_TOKEN.
"""
import asyncio
import json
import os
import signal
import sys
import urllib.parse
import urllib.request

from aiortc import RTCPeerConnection, RTCRtpSender, RTCSessionDescription
from aiortc.mediastreams import AudioStreamTrack, MediaStreamError, VideoStreamTrack

COUNTS = {"video": 0, "audio": 0}


def http(method, url, body=None):
    headers = {"Content-Type": "application/sdp", "Authorization": "Bearer " + os.environ["WHIP_TOKEN"]}
    request = urllib.request.Request(url, data=body and body.encode(), method=method, headers=headers)
    with urllib.request.urlopen(request, timeout=5) as answer:
        return answer.read().decode(), answer.headers.get("Location", "")


def counted(track_class, kind):
    """A source of aiortc's own (green pictures, silence) whose frames are counted."""

    class Counted(track_class):
        async def recv(self):
            COUNTS[kind] += 1
            return await super().recv()

    return Counted()


async def count_received(track):
    try:
        while True:
            await track.recv()  # decoded
            COUNTS[track.kind] += 1
    except MediaStreamError:
        pass


def prefer(transceiver, codec):
    codecs = RTCRtpSender.getCapabilities("video").codecs
    transceiver.setCodecPreferences([one for one in codecs if one.mimeType.lower() == "video/" + codec])


def prepare(peer, role, codec):
    if role == "publish":
        peer.addTransceiver(counted(AudioStreamTrack, "audio"), direction="sendonly")
        video = peer.addTransceiver(counted(VideoStreamTrack, "video"), direction="sendonly")
    else:
        peer.on("track", lambda track: asyncio.ensure_future(count_received(track)))
        peer.addTransceiver("audio", direction="recvonly")
        video = peer.addTransceiver("video", direction="recvonly")
    prefer(video, codec)


async def main(role, url, codec):
    peer = RTCPeerConnection()
    prepare(peer, role, codec)
    await peer.setLocalDescription(await peer.createOffer())
    answer, location = await asyncio.to_thread(http, "POST", url, peer.localDescription.sdp)
    session = urllib.parse.urljoin(url, location)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await peer.setRemoteDescription(RTCSessionDescription(answer, "answer"))
    while not stop.is_set():
        if peer.connectionState == "connected":
            print(json.dumps({"session": session, **COUNTS}), flush=True)
        await asyncio.sleep(0.1)
    await asyncio.to_thread(http, "DELETE", session)
    await peer.close()


asyncio.run(main(*sys.argv[1:4]))
