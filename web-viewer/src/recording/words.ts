// SPDX-License-Identifier: MIT
import { catalogue } from '../lib/strings';
import { Formats, type Forms } from '../lib/strings/formats';

function counted(locale: string, forms: Forms): (count: number) => string {
  const { count } = new Formats(locale);
  return (value) => count(value, forms);
}

const en = {
  server: 'On the server',
  serverHint: 'Everybody in the room sees that it is recorded. The recording appears in the library.',
  mayNot: 'You may not record this room on the server. Ask its owner, or record on this device.',
  title: 'Title',
  preroll: 'Begin',
  now: 'Now',
  before: counted('en', { one: '{n} second before', other: '{n} seconds before' }),
  stopAfter: 'Stop after',
  minutes: counted('en', { one: '{n} minute', other: '{n} minutes' }),
  record: 'Record',
  stop: 'Stop recording',
  extend: 'Record 30 minutes longer',
  until: (time: string) => `Stops by itself at ${time}.`,
  stopped: 'Recording stopped. It is in the library in a moment.',
  extended: (time: string) => `The recording goes on until ${time}.`,
  clip: 'Save what just happened',
  howMuch: 'How much',
  clipHint: 'From the room’s rewind, without having recorded.',
  last: counted('en', { one: 'The last minute', other: 'The last {n} minutes' }),
  saveClip: 'Save',
  clipSaved: 'Saved. It is in the library in a moment.',
  noRewind: 'Rewind is off in this room, so nothing of the past can be saved.',
  local: 'On this device',
  localHint: 'This browser writes a file of its own, as long as this page stays open.',
  localStart: 'Record on this device',
  localStop: 'Stop and save the file',
  localClosed: 'Open the room’s picture first.',
  library: 'Open the library',
  errors: {
    conflict: 'This room is being recorded already.',
    unavailable: 'No recorder is connected, or its disk is full. Ask your administrator.',
    forbidden: 'You are not allowed to record here.',
  } as Readonly<Record<string, string>>,
};

export type RecordWords = typeof en;

const th: RecordWords = {
  server: 'บนเซิร์ฟเวอร์',
  serverHint: 'ทุกคนในห้องเห็นว่ากำลังบันทึก และไฟล์บันทึกจะอยู่ในคลัง',
  mayNot: 'คุณไม่มีสิทธิ์บันทึกห้องนี้บนเซิร์ฟเวอร์ โปรดถามเจ้าของห้อง หรือบันทึกลงอุปกรณ์นี้',
  title: 'ชื่อเรื่อง',
  preroll: 'เริ่ม',
  now: 'ตอนนี้',
  before: counted('th', { other: 'ก่อนหน้านี้ {n} วินาที' }),
  stopAfter: 'หยุดหลังจาก',
  minutes: counted('th', { other: '{n} นาที' }),
  record: 'บันทึก',
  stop: 'หยุดบันทึก',
  extend: 'บันทึกต่ออีก 30 นาที',
  until: (time) => `หยุดเองเวลา ${time}`,
  stopped: 'หยุดบันทึกแล้ว ไฟล์จะอยู่ในคลังในอีกสักครู่',
  extended: (time) => `การบันทึกจะดำเนินต่อไปถึง ${time}`,
  clip: 'เก็บสิ่งที่เพิ่งเกิดขึ้น',
  howMuch: 'เท่าใด',
  clipHint: 'จากภาพย้อนหลังของห้อง โดยไม่ต้องบันทึกไว้ก่อน',
  last: counted('th', { other: '{n} นาทีที่ผ่านมา' }),
  saveClip: 'เก็บไว้',
  clipSaved: 'เก็บแล้ว ไฟล์จะอยู่ในคลังในอีกสักครู่',
  noRewind: 'ห้องนี้ปิดการย้อนหลัง จึงเก็บภาพที่ผ่านมาไม่ได้',
  local: 'บนอุปกรณ์นี้',
  localHint: 'เบราว์เซอร์นี้เขียนไฟล์เอง ตราบเท่าที่เปิดหน้านี้ไว้',
  localStart: 'บันทึกลงอุปกรณ์นี้',
  localStop: 'หยุดและบันทึกไฟล์',
  localClosed: 'เปิดภาพของห้องก่อน',
  library: 'เปิดคลัง',
  errors: {
    conflict: 'ห้องนี้กำลังถูกบันทึกอยู่แล้ว',
    unavailable: 'ไม่มีเครื่องบันทึกเชื่อมต่ออยู่ หรือดิสก์เต็ม โปรดแจ้งผู้ดูแลระบบ',
    forbidden: 'คุณไม่มีสิทธิ์บันทึกที่นี่',
  },
};

const es: RecordWords = {
  server: 'En el servidor',
  serverHint: 'Todos en el aula ven que se graba. La grabación aparece en la biblioteca.',
  mayNot: 'No puede grabar esta aula en el servidor. Pregunte a su responsable o grabe en este dispositivo.',
  title: 'Título',
  preroll: 'Empezar',
  now: 'Ahora',
  before: counted('es', { one: '{n} segundo antes', other: '{n} segundos antes' }),
  stopAfter: 'Parar después de',
  minutes: counted('es', { one: '{n} minuto', other: '{n} minutos' }),
  record: 'Grabar',
  stop: 'Parar la grabación',
  extend: 'Grabar 30 minutos más',
  until: (time) => `Para por sí sola a las ${time}.`,
  stopped: 'Grabación parada. En un momento está en la biblioteca.',
  extended: (time) => `La grabación sigue hasta las ${time}.`,
  clip: 'Guardar lo que acaba de pasar',
  howMuch: 'Cuánto',
  clipHint: 'Del retroceso del aula, sin haber grabado.',
  last: counted('es', { one: 'El último minuto', other: 'Los últimos {n} minutos' }),
  saveClip: 'Guardar',
  clipSaved: 'Guardado. En un momento está en la biblioteca.',
  noRewind: 'El retroceso está desactivado en esta aula, así que no se puede guardar nada anterior.',
  local: 'En este dispositivo',
  localHint: 'Este navegador escribe su propio archivo mientras esta página siga abierta.',
  localStart: 'Grabar en este dispositivo',
  localStop: 'Parar y guardar el archivo',
  localClosed: 'Abra antes la imagen del aula.',
  library: 'Abrir la biblioteca',
  errors: {
    conflict: 'Esta aula ya se está grabando.',
    unavailable: 'No hay ningún grabador conectado o su disco está lleno. Pregunte a su administrador.',
    forbidden: 'No tiene permiso para grabar aquí.',
  },
};

export const kRecordCatalogues = { en, th, es };
export const words = catalogue(kRecordCatalogues);
