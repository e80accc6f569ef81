// SPDX-License-Identifier: MIT
// Runs inside the page, sent there as text: reads the stamps of a tile's decoded frames (camera/stamp.hpp) and the
// tone of its sound. Offers window.classcastProbe.
{
  const BLOCKS_PER_WIDTH = 40;
  const COLUMNS = 32;
  const ROWS = 2;
  const KEPT_FRAMES = 3000;
  const CELL = 8;

  const videoOf = (room, selector = `[data-room="${room}"] video`) => document.querySelector(selector);

  const crc16 = (bytes) => {
    let crc = 0xffff;
    for (const byte of bytes) {
      crc ^= byte << 8;
      for (let i = 0; i < 8; i++) {
        crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff;
      }
    }
    return crc;
  };

  const canvas = new OffscreenCanvas(COLUMNS * CELL, ROWS * CELL);
  const context = canvas.getContext('2d', { willReadFrequently: true });

  /** The stamp of the frame that `video` shows, or undefined when the CRC does not fit. */
  const readStamp = (video) => {
    const block = Math.floor(video.videoWidth / BLOCKS_PER_WIDTH) & ~1;
    const area = [COLUMNS * block, ROWS * block];
    context.drawImage(video, 0, 0, ...area, 0, 0, canvas.width, canvas.height);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    const bytes = new Uint8Array(8);
    for (let i = 0; i < COLUMNS * ROWS; i++) {
      const x = (i % COLUMNS) * CELL + CELL / 2;
      const y = Math.floor(i / COLUMNS) * CELL + CELL / 2;
      const pixel = 4 * (y * canvas.width + x);
      const bright = data[pixel] + data[pixel + 1] + data[pixel + 2] > 3 * 128;
      bytes[i >> 3] |= bright ? 0x80 >> (i & 7) : 0;
    }
    const view = new DataView(bytes.buffer);
    const valid = crc16(bytes.subarray(0, 6)) === view.getUint16(6);
    return valid ? { code: view.getUint16(0), value: view.getUint32(2) } : undefined;
  };

  const watched = new Map();

  const follow = (entry) => {
    const video = videoOf(entry.room, entry.selector);
    if (!video || video === entry.video) {
      return;
    }
    entry.video = video;
    const onFrame = (now, frame) => {
      if (entry.video !== video) {
        return;
      }
      const stamp = readStamp(video);
      const record = { at: Date.now(), presented: frame.presentedFrames, ...stamp };
      entry.frames.push(record);
      entry.frames.splice(0, entry.frames.length - KEPT_FRAMES);
      video.requestVideoFrameCallback(onFrame);
    };
    video.requestVideoFrameCallback(onFrame);
  };

  /** Starts to note every presented frame of the room's tile, or of `selector`, whatever video element it has. */
  const watch = (room, selector) => {
    const entry = { room, selector, frames: [], since: Date.now() };
    watched.set(room, entry);
    const step = () => {
      if (watched.get(room) === entry) {
        follow(entry);
        requestAnimationFrame(step);
      }
    };
    step();
  };

  /** The stamp of the frame that a video shows now. */
  const stamp = (selector) => readStamp(document.querySelector(selector));

  const unwatch = (room) => watched.delete(room);
  const frames = (room) => watched.get(room)?.frames ?? [];

  const decibel = (amplitude) => 20 * Math.log10(amplitude + 1e-12);

  /** The loudest tone in the tile's sound: hertz, its lead in dB over all that is 30 Hz or more away, level. */
  const listen = (room) => {
    const track = videoOf(room)?.srcObject?.getAudioTracks()[0];
    const audio = (window.classcastAudio ??= new AudioContext());
    if (!track) {
      return undefined;
    }
    const source = audio.createMediaStreamSource(new MediaStream([track]));
    const analyser = new AnalyserNode(audio, { fftSize: 16384, smoothingTimeConstant: 0 });
    source.connect(analyser);
    return { audio, source, analyser };
  };

  const measure = ({ audio, analyser }) => {
    const spectrum = new Float32Array(analyser.frequencyBinCount);
    const wave = new Float32Array(analyser.fftSize);
    analyser.getFloatFrequencyData(spectrum);
    analyser.getFloatTimeDomainData(wave);
    const width = audio.sampleRate / analyser.fftSize;
    const peak = spectrum.reduce((best, value, bin) => (value > spectrum[best] ? bin : best), 0);
    const others = spectrum.filter((_, bin) => Math.abs(bin - peak) * width >= 30);
    const power = wave.reduce((sum, value) => sum + value * value, 0) / wave.length;
    const lead = spectrum[peak] - Math.max(...others);
    return { hertz: peak * width, lead, level: decibel(Math.sqrt(power)) };
  };

  /** Measures after the analyser's window (16384 samples) has filled with sound that came since the call. */
  const tone = async (room) => {
    const ear = listen(room);
    if (!ear) {
      return undefined;
    }
    await ear.audio.resume();
    const full = ear.audio.currentTime + ear.analyser.fftSize / ear.audio.sampleRate + 0.05;
    while (ear.audio.currentTime < full) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const heard = measure(ear);
    ear.source.disconnect();
    return heard;
  };

  window.classcastProbe = { watch, unwatch, frames, stamp, tone };
}
