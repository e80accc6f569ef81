// SPDX-License-Identifier: MIT
// Runs inside the page, sent there as text: notes every tile's word beside the age of its picture's own number, and of
// each lie all that the tile knew. Needs probe.page.js. Offers window.classcastTruth.
{
  const KEPT_LIES = 50;
  const LAST_FRAMES = 5;
  const PICTURE_WIDTH = 320;
  const last = new Map();
  const lies = [];
  const words = new Map();
  let samples = 0;
  let count = 0;
  let lieAfterMs;
  const ageOf = (room, now) => {
    // The newest number that could be read: one that cannot be is no new one, and hides none that came before it.
    const newest = window.classcastProbe.frames(room).findLast(({ value }) => value !== undefined);
    const known = last.get(room);
    if (known === undefined || (newest !== undefined && known.value !== newest.value)) {
      last.set(room, { value: newest?.value, at: newest?.at ?? now });
    }
    return now - last.get(room).at;
  };
  /** The picture itself, small, as a data URL. */
  const pictureOf = (video) => {
    if (video.videoWidth === 0) {
      return undefined;
    }
    const canvas = document.createElement('canvas');
    canvas.width = PICTURE_WIDTH;
    canvas.height = Math.round((PICTURE_WIDTH * video.videoHeight) / video.videoWidth);
    canvas.getContext('2d').drawImage(video, 0, 0, canvas.width, canvas.height);
    return canvas.toDataURL('image/jpeg', 0.7);
  };
  /** What the tile decided by, and what was seen of its picture. */
  const evidence = (tile, room, now) => {
    const { wall } = document.querySelector('cc-app').model.workspace;
    const { serverNow } = wall.rooms;
    const { phase, problem, openedMs, lastFrameMs } = wall.playback(room) ?? {};
    const video = tile.querySelector('video');
    const { currentTime, paused, readyState, videoWidth } = video;
    const { state, sentence, past, size } = { ...tile.dataset, sentence: tile.face?.sentence };
    return {
      tile: { state, sentence, past, size, told: wall.rooms.get(room)?.state, trust: wall.trust().kind },
      player: { phase, problem, openMs: serverNow - openedMs, lastFrameAgeMs: serverNow - lastFrameMs },
      video: { currentTime, paused, readyState, videoWidth, count: tile.querySelectorAll('video').length },
      frames: window.classcastProbe
        .frames(room)
        .slice(-LAST_FRAMES)
        .map(({ at, presented, value }) => ({ agoMs: now - at, presented, value: value ?? 'unreadable' })),
      picture: pictureOf(video),
    };
  };
  const look = () => {
    const now = Date.now();
    for (const tile of document.querySelectorAll('cc-tile')) {
      const { room, state } = tile.dataset;
      const open = tile.querySelector('video') !== null;
      const ageMs = open ? ageOf(room, now) : undefined;
      samples += 1;
      words.set(room, { state, at: now, open });
      if (open && state === 'live' && ageMs > lieAfterMs) {
        count += 1;
        if (lies.length < KEPT_LIES) {
          lies.push({ room, at: now, ageMs, ...evidence(tile, room, now) });
        }
      }
    }
  };
  let timer;
  window.classcastTruth = {
    start: (sampleMs, lie) => {
      lieAfterMs = lie;
      timer = setInterval(look, sampleMs);
    },
    result: () => ({ samples, lies, count }),
    words: () => [...words].map(([room, word]) => ({ room, ...word })),
    stop: () => clearInterval(timer),
  };
}
