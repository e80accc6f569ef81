// SPDX-License-Identifier: MIT
import type { StorageState } from '../lib/protocol/recordings';
import { catalogue } from '../lib/strings';
import { Formats, type Forms } from '../lib/strings/formats';

function counted(locale: string, forms: Forms): (count: number) => string {
  const { count } = new Formats(locale);
  return (value) => count(value, forms);
}

const en = {
  recorders: 'Recorders',
  none: 'No recorder is connected. Install classcast-recorder on this server or another machine.',
  name: 'Recorder',
  place: 'Folder',
  state: 'State',
  free: 'Free space',
  states: {
    ok: 'Enough space',
    low: 'Little space left',
    full: 'Full: nothing new is recorded',
    lost: 'The folder is gone',
  } as Readonly<Record<StorageState, string>>,
  away: 'Not connected',
  of: (free: string, total: string) => `${free} of ${total} free`,
  perDay: (size: string) => `At present ${size} a day are recorded.`,
  left: counted('en', { one: 'The disk is full in about {n} day.', other: 'The disk is full in about {n} days.' }),
  plan: 'What a setting means for this disk',
  planLead: 'An estimate before you change how long recordings are kept. Nothing here is saved.',
  fields: {
    rooms: 'Rooms recorded at the same time',
    hoursADay: 'Hours a day',
    daysAWeek: 'Days a week',
    kbitPerS: 'Picture and sound, kbit/s',
    keepDays: 'Days to keep',
  },
  aDay: (size: string) => `${size} for each day of recording.`,
  kept: (size: string) => `${size} are kept at the same time.`,
  fits: 'This fits on the disk.',
  fitsNot: counted('en', {
    one: 'This does not fit: the disk holds about {n} day.',
    other: 'This does not fit: the disk holds about {n} days.',
  }),
  unknown: 'The size of the disk is not known, because no recorder is connected.',
  settings: 'Change how long recordings are kept',
  rewind: 'Minutes that can be watched again',
  rewindHint: '0 switches rewind off in this room. Empty: as the settings say.',
  keepDays: 'Days to keep recordings',
  keepDaysHint: 'Empty: as the settings say.',
};

export type StorageWords = typeof en;

const th: StorageWords = {
  recorders: 'เครื่องบันทึก',
  none: 'ไม่มีเครื่องบันทึกเชื่อมต่ออยู่ โปรดติดตั้ง classcast-recorder บนเซิร์ฟเวอร์นี้หรือเครื่องอื่น',
  name: 'เครื่องบันทึก',
  place: 'โฟลเดอร์',
  state: 'สถานะ',
  free: 'พื้นที่ว่าง',
  states: {
    ok: 'พื้นที่เพียงพอ',
    low: 'พื้นที่เหลือน้อย',
    full: 'เต็ม: ไม่บันทึกรายการใหม่',
    lost: 'โฟลเดอร์หายไป',
  },
  away: 'ไม่ได้เชื่อมต่อ',
  of: (free, total) => `ว่าง ${free} จาก ${total}`,
  perDay: (size) => `ปัจจุบันบันทึกวันละ ${size}`,
  left: counted('th', { other: 'ดิสก์จะเต็มในอีกประมาณ {n} วัน' }),
  plan: 'การตั้งค่ามีผลต่อดิสก์นี้อย่างไร',
  planLead: 'ประมาณการก่อนเปลี่ยนระยะเวลาเก็บ สิ่งที่กรอกที่นี่ไม่ถูกบันทึก',
  fields: {
    rooms: 'จำนวนห้องที่บันทึกพร้อมกัน',
    hoursADay: 'ชั่วโมงต่อวัน',
    daysAWeek: 'วันต่อสัปดาห์',
    kbitPerS: 'ภาพและเสียง (kbit/s)',
    keepDays: 'จำนวนวันที่เก็บ',
  },
  aDay: (size) => `${size} ต่อวันที่บันทึก`,
  kept: (size) => `เก็บไว้พร้อมกัน ${size}`,
  fits: 'พอดีกับดิสก์',
  fitsNot: counted('th', { other: 'ไม่พอ: ดิสก์เก็บได้ประมาณ {n} วัน' }),
  unknown: 'ไม่ทราบขนาดดิสก์ เพราะไม่มีเครื่องบันทึกเชื่อมต่อ',
  settings: 'เปลี่ยนระยะเวลาเก็บการบันทึก',
  rewind: 'จำนวนนาทีที่ดูย้อนหลังได้',
  rewindHint: '0 คือปิดการย้อนหลังในห้องนี้ เว้นว่างคือใช้ตามการตั้งค่า',
  keepDays: 'จำนวนวันที่เก็บการบันทึก',
  keepDaysHint: 'เว้นว่างคือใช้ตามการตั้งค่า',
};

const es: StorageWords = {
  recorders: 'Grabadores',
  none: 'No hay ningún grabador conectado. Instale classcast-recorder en este servidor o en otro equipo.',
  name: 'Grabador',
  place: 'Carpeta',
  state: 'Estado',
  free: 'Espacio libre',
  states: {
    ok: 'Espacio suficiente',
    low: 'Queda poco espacio',
    full: 'Lleno: no se graba nada nuevo',
    lost: 'La carpeta ha desaparecido',
  },
  away: 'Sin conexión',
  of: (free, total) => `${free} libres de ${total}`,
  perDay: (size) => `Actualmente se graban ${size} al día.`,
  left: counted('es', {
    one: 'El disco estará lleno en {n} día, más o menos.',
    other: 'El disco estará lleno en {n} días, más o menos.',
  }),
  plan: 'Qué significa un ajuste para este disco',
  planLead: 'Un cálculo antes de cambiar cuánto se guardan las grabaciones. Aquí no se guarda nada.',
  fields: {
    rooms: 'Aulas grabadas a la vez',
    hoursADay: 'Horas al día',
    daysAWeek: 'Días a la semana',
    kbitPerS: 'Imagen y sonido, kbit/s',
    keepDays: 'Días que se guardan',
  },
  aDay: (size) => `${size} por cada día de grabación.`,
  kept: (size) => `Se guardan ${size} a la vez.`,
  fits: 'Cabe en el disco.',
  fitsNot: counted('es', {
    one: 'No cabe: en el disco cabe {n} día, más o menos.',
    other: 'No cabe: en el disco caben {n} días, más o menos.',
  }),
  unknown: 'No se conoce el tamaño del disco, porque no hay ningún grabador conectado.',
  settings: 'Cambiar cuánto se guardan las grabaciones',
  rewind: 'Minutos que se pueden volver a ver',
  rewindHint: '0 desactiva el retroceso en esta aula. Vacío: como dicen los ajustes.',
  keepDays: 'Días que se guardan las grabaciones',
  keepDaysHint: 'Vacío: como dicen los ajustes.',
};

export const kStorageCatalogues = { en, th, es };
export const storageWords = catalogue(kStorageCatalogues);
