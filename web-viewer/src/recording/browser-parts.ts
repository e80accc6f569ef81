// SPDX-License-Identifier: MIT
import type { LocalParts } from './local-recording';
import { openSink } from './sink';

export { LocalRecording } from './local-recording';

/** So often there is a picture that one can begin at; browsers that do not know the wish leave it out. */
const kKeyFrames = { videoKeyFrameIntervalDuration: 2_000 };

export const kBrowserParts: LocalParts = {
  isSupported: (type) => typeof MediaRecorder !== 'undefined' && MediaRecorder.isTypeSupported(type),
  record: (tracks, mimeType) => {
    const stream = new MediaStream(tracks.filter(({ readyState }) => readyState === 'live'));
    // Chromium decodes the sound of a connection only for an element that plays it.
    const listener = new Audio();
    listener.muted = true;
    listener.srcObject = stream;
    void listener.play().catch(() => undefined);
    const recorder = new MediaRecorder(stream, { mimeType, ...kKeyFrames });
    recorder.addEventListener('stop', () => (listener.srcObject = null));
    return recorder;
  },
  openSink,
};
