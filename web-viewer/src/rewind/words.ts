// SPDX-License-Identifier: MIT
import { catalogue } from '../lib/strings';
import { Formats } from '../lib/strings/formats';

function clock(locale: string): (ms: number) => string {
  const format = new Intl.DateTimeFormat(locale, { timeStyle: 'medium' });
  return (ms) => format.format(ms);
}

/** What is drawn on the timeline, for those who do not see it. */
function marks(locale: string, gap: string, recording: string): (gaps: number, recordings: number) => string {
  const { number } = new Formats(locale);
  return (gaps, recordings) => `${gap}: ${number(gaps)}, ${recording}: ${number(recordings)}`;
}

const en = {
  picture: (room: string) => `Past picture of ${room}`,
  timeline: (room: string) => `Moment in ${room}`,
  marks: marks('en', 'Gaps', 'Recordings'),
  clock: clock('en'),
  back: '10 seconds back',
  forward: '10 seconds forward',
  pause: 'Pause',
  play: 'Play',
  speed: 'Speed',
  impossible: 'This browser cannot play the past.',
  problems: {
    gone: 'This room keeps nothing of the past (any more).',
    failed: 'The past cannot be fetched just now. It is tried again.',
  },
};

export type RewindWords = typeof en;

const th: RewindWords = {
  picture: (room) => `ภาพย้อนหลังของ ${room}`,
  timeline: (room) => `เวลาใน ${room}`,
  marks: marks('th', 'ช่วงที่ขาด', 'การบันทึก'),
  clock: clock('th'),
  back: 'ถอยหลัง 10 วินาที',
  forward: 'ไปข้างหน้า 10 วินาที',
  pause: 'หยุดชั่วคราว',
  play: 'เล่น',
  speed: 'ความเร็ว',
  impossible: 'เบราว์เซอร์นี้เล่นภาพย้อนหลังไม่ได้',
  problems: {
    gone: 'ห้องนี้ไม่เก็บภาพย้อนหลัง (อีกต่อไป)',
    failed: 'ดึงภาพย้อนหลังไม่ได้ในขณะนี้ กำลังลองใหม่',
  },
};

const es: RewindWords = {
  picture: (room) => `Imagen anterior de ${room}`,
  timeline: (room) => `Momento en ${room}`,
  marks: marks('es', 'Huecos', 'Grabaciones'),
  clock: clock('es'),
  back: '10 segundos atrás',
  forward: '10 segundos adelante',
  pause: 'Pausa',
  play: 'Reproducir',
  speed: 'Velocidad',
  impossible: 'Este navegador no puede reproducir lo anterior.',
  problems: {
    gone: 'Esta aula (ya) no guarda nada de lo anterior.',
    failed: 'Lo anterior no se puede obtener ahora. Se vuelve a intentar.',
  },
};

export const kRewindCatalogues = { en, th, es };
export const words = catalogue(kRewindCatalogues);
