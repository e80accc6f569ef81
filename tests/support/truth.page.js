// SPDX-License-Identifier: MIT
// Runs inside the page, sent there as text: notes every tile's word beside the age of its picture's own number. Needs
// probe.page.js. Offers window.classcastTruth.
{
  const last = new Map();
  const lies = [];
  const words = new Map();
  let samples = 0;
  let lieAfterMs;
  const ageOf = (room, now) => {
    const frames = window.classcastProbe.frames(room);
    const value = frames.at(-1)?.value;
    const known = last.get(room);
    if (known === undefined || (value !== undefined && known.value !== value)) {
      last.set(room, { value, at: value === undefined ? now : frames.at(-1).at });
    }
    return now - last.get(room).at;
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
        lies.push({ room, at: now, ageMs });
      }
    }
  };
  let timer;
  window.classcastTruth = {
    start: (sampleMs, lie) => {
      lieAfterMs = lie;
      timer = setInterval(look, sampleMs);
    },
    result: () => ({ samples, lies: lies.slice(0, 50), count: lies.length }),
    words: () => [...words].map(([room, word]) => ({ room, ...word })),
    stop: () => clearInterval(timer),
  };
}
