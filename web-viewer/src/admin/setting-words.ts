// SPDX-License-Identifier: MIT
import { catalogue } from '../lib/strings';

/** A setting in people's words. What the server calls it is the key. */
export interface SettingWords {
  readonly label: string;
  readonly hint: string;
  readonly choices?: Readonly<Record<string, string>>;
}

export type SettingKey =
  | 'school.name'
  | 'people.sign_up'
  | 'people.keep_days'
  | 'people.guest_keep_days'
  | 'chat.keep_days'
  | 'chat.seconds_between_messages'
  | 'diary.keep_days'
  | 'audit.keep_days'
  | 'recording.max_minutes'
  | 'recording.keep_days'
  | 'recording.keep_bytes'
  | 'recording.bin_days'
  | 'recording.min_free'
  | 'rewind.default_minutes';

export type SettingUnit = 'days' | 'minutes' | 'seconds' | 'gigabytes';
export type SettingGroup = 'school' | 'people' | 'chat' | 'records' | 'recording';

/** Where a setting stands, and what its number counts; `scale` of the server's in one of the person's. */
export const kSettingPlaces: Readonly<
  Record<SettingKey, { readonly group: SettingGroup; readonly unit?: SettingUnit; readonly scale?: number }>
> = {
  'school.name': { group: 'school' },
  'people.sign_up': { group: 'people' },
  'people.keep_days': { group: 'people', unit: 'days' },
  'people.guest_keep_days': { group: 'people', unit: 'days' },
  'chat.seconds_between_messages': { group: 'chat', unit: 'seconds' },
  'chat.keep_days': { group: 'chat', unit: 'days' },
  'diary.keep_days': { group: 'records', unit: 'days' },
  'audit.keep_days': { group: 'records', unit: 'days' },
  'recording.max_minutes': { group: 'recording', unit: 'minutes' },
  'recording.keep_days': { group: 'recording', unit: 'days' },
  'recording.bin_days': { group: 'recording', unit: 'days' },
  'recording.keep_bytes': { group: 'recording', unit: 'gigabytes', scale: 1e9 },
  'recording.min_free': { group: 'recording', unit: 'gigabytes', scale: 1e9 },
  'rewind.default_minutes': { group: 'recording', unit: 'minutes' },
};

export const kSettingGroups: readonly SettingGroup[] = ['school', 'people', 'chat', 'recording', 'records'];

interface Catalogue {
  readonly groups: Readonly<Record<SettingGroup, string>>;
  readonly units: Readonly<Record<SettingUnit, string>>;
  readonly settings: Readonly<Record<SettingKey, SettingWords>>;
  readonly wrong: (label: string, least: string, most: string, unit: string) => string;
  readonly wrongOrZero: (label: string, least: string, most: string, unit: string) => string;
  readonly missing: (label: string) => string;
}

const en: Catalogue = {
  groups: {
    school: 'School',
    people: 'People and accounts',
    chat: 'Chat',
    records: 'Diary and audit log',
    recording: 'Recording and rewind',
  },
  units: { days: 'days', minutes: 'minutes', seconds: 'seconds', gigabytes: 'GB' },
  settings: {
    'school.name': { label: 'Name of the school', hint: 'Stands on the sign-in page and in mails.' },
    'people.sign_up': {
      label: 'Who may make an account',
      hint: 'With an open sign-up anybody who reaches this page becomes a student.',
      choices: {
        closed: 'Only administrators make accounts',
        invitation: 'Whoever has an invitation',
        open: 'Anybody',
      },
    },
    'people.keep_days': {
      label: 'Delete unused accounts after',
      hint: 'Counted from the last use. 0: never. Administrators’ accounts stay.',
    },
    'people.guest_keep_days': {
      label: 'Delete unused guest accounts after',
      hint: 'Counted from the last use. 0: as any other account.',
    },
    'chat.seconds_between_messages': {
      label: 'Pause between two messages of a person',
      hint: '0: no pause. Moderators never wait.',
    },
    'chat.keep_days': { label: 'Keep chat messages for', hint: 'Pinned messages go too. 0: for ever.' },
    'diary.keep_days': {
      label: 'Keep the status diary of rooms for',
      hint: 'When each room was live, and why not. 0: for ever.',
    },
    'audit.keep_days': {
      label: 'Keep the audit log for',
      hint: 'Who watched, recorded and changed what. 0: for ever.',
    },
    'recording.max_minutes': {
      label: 'Longest recording',
      hint: 'A recording stops by itself after that time.',
    },
    'recording.keep_days': {
      label: 'Keep recordings for',
      hint: 'Then they go to the bin. 0: for ever. A room may have its own number; protected recordings stay.',
    },
    'recording.bin_days': {
      label: 'Keep deleted recordings in the bin for',
      hint: 'So long they can be restored.',
    },
    'recording.keep_bytes': {
      label: 'Space for all recordings together',
      hint: 'The oldest go to the bin first, protected ones never. 0: no limit.',
    },
    'recording.min_free': {
      label: 'Space that stays free on the disk',
      hint: 'Below that nothing new is recorded. A warning comes at twice as much.',
    },
    'rewind.default_minutes': {
      label: 'How far rooms can be watched again',
      hint: '0: not at all; 120, two hours, are usual. Such a room is written to disk all the time. A room may have its own number.',
    },
  },
  wrong: (label, least, most, unit) => `“${label}” takes a number from ${least} to ${most} ${unit}.`,
  wrongOrZero: (label, least, most, unit) => `“${label}” takes 0, or a number from ${least} to ${most} ${unit}.`,
  missing: (label) => `“${label}” must not be empty.`,
};

const th: Catalogue = {
  groups: {
    school: 'โรงเรียน',
    people: 'ผู้ใช้และบัญชี',
    chat: 'แชต',
    records: 'บันทึกสถานะและบันทึกการตรวจสอบ',
    recording: 'การบันทึกและการดูย้อนหลัง',
  },
  units: { days: 'วัน', minutes: 'นาที', seconds: 'วินาที', gigabytes: 'GB' },
  settings: {
    'school.name': { label: 'ชื่อโรงเรียน', hint: 'แสดงในหน้าลงชื่อเข้าใช้และในอีเมล' },
    'people.sign_up': {
      label: 'ใครสร้างบัญชีได้',
      hint: 'หากเปิดให้ทุกคน ผู้ที่เข้าถึงหน้านี้ได้จะเป็นนักเรียน',
      choices: {
        closed: 'ผู้ดูแลระบบเท่านั้นที่สร้างบัญชี',
        invitation: 'ผู้ที่มีคำเชิญ',
        open: 'ทุกคน',
      },
    },
    'people.keep_days': {
      label: 'ลบบัญชีที่ไม่ได้ใช้หลังจาก',
      hint: 'นับจากการใช้ครั้งล่าสุด 0 คือไม่ลบ บัญชีผู้ดูแลระบบจะยังอยู่',
    },
    'people.guest_keep_days': {
      label: 'ลบบัญชีผู้เยี่ยมชมที่ไม่ได้ใช้หลังจาก',
      hint: 'นับจากการใช้ครั้งล่าสุด 0 คือเหมือนบัญชีอื่น',
    },
    'chat.seconds_between_messages': {
      label: 'เวลาพักระหว่างสองข้อความของแต่ละคน',
      hint: '0 คือไม่พัก ผู้ดำเนินรายการไม่ต้องรอ',
    },
    'chat.keep_days': { label: 'เก็บข้อความแชตไว้', hint: 'ข้อความที่ปักหมุดก็ถูกลบด้วย 0 คือตลอดไป' },
    'diary.keep_days': {
      label: 'เก็บบันทึกสถานะของห้องไว้',
      hint: 'แต่ละห้องถ่ายทอดสดเมื่อใด และไม่สดเพราะอะไร 0 คือตลอดไป',
    },
    'audit.keep_days': {
      label: 'เก็บบันทึกการตรวจสอบไว้',
      hint: 'ใครดู บันทึก และเปลี่ยนอะไร 0 คือตลอดไป',
    },
    'recording.max_minutes': { label: 'การบันทึกนานที่สุด', hint: 'เมื่อครบเวลานี้ การบันทึกจะหยุดเอง' },
    'recording.keep_days': {
      label: 'เก็บการบันทึกไว้',
      hint: 'จากนั้นจะไปที่ถังขยะ 0 คือตลอดไป แต่ละห้องกำหนดเองได้ การบันทึกที่ป้องกันไว้จะยังอยู่',
    },
    'recording.bin_days': { label: 'เก็บการบันทึกที่ลบแล้วในถังขยะไว้', hint: 'ระหว่างนั้นกู้คืนได้' },
    'recording.keep_bytes': {
      label: 'พื้นที่สำหรับการบันทึกทั้งหมด',
      hint: 'รายการเก่าที่สุดไปถังขยะก่อน ยกเว้นที่ป้องกันไว้ 0 คือไม่จำกัด',
    },
    'recording.min_free': {
      label: 'พื้นที่ว่างที่ต้องเหลือบนดิสก์',
      hint: 'หากต่ำกว่านี้จะไม่บันทึกเพิ่ม และจะเตือนเมื่อเหลือสองเท่าของค่านี้',
    },
    'rewind.default_minutes': {
      label: 'ดูห้องย้อนหลังได้นานเท่าใด',
      hint: '0 คือไม่ได้ โดยทั่วไปใช้ 120 คือสองชั่วโมง ห้องเช่นนี้จะถูกเขียนลงดิสก์ตลอดเวลา แต่ละห้องกำหนดเองได้',
    },
  },
  wrong: (label, least, most, unit) => `“${label}” ต้องเป็นตัวเลขตั้งแต่ ${least} ถึง ${most} ${unit}`,
  wrongOrZero: (label, least, most, unit) => `“${label}” ต้องเป็น 0 หรือตัวเลขตั้งแต่ ${least} ถึง ${most} ${unit}`,
  missing: (label) => `“${label}” ต้องไม่ว่าง`,
};

const es: Catalogue = {
  groups: {
    school: 'Centro',
    people: 'Personas y cuentas',
    chat: 'Chat',
    records: 'Diario y registro de auditoría',
    recording: 'Grabación y retroceso',
  },
  units: { days: 'días', minutes: 'minutos', seconds: 'segundos', gigabytes: 'GB' },
  settings: {
    'school.name': { label: 'Nombre del centro', hint: 'Aparece en la página de inicio de sesión y en los correos.' },
    'people.sign_up': {
      label: 'Quién puede crear una cuenta',
      hint: 'Si está abierto, quien llegue a esta página pasa a ser alumno.',
      choices: {
        closed: 'Solo administradores',
        invitation: 'Quien tenga una invitación',
        open: 'Cualquiera',
      },
    },
    'people.keep_days': {
      label: 'Borrar las cuentas sin uso a los',
      hint: 'Desde el último uso. 0: nunca. Las cuentas de administradores se quedan.',
    },
    'people.guest_keep_days': {
      label: 'Borrar las cuentas de invitados sin uso a los',
      hint: 'Desde el último uso. 0: como cualquier otra cuenta.',
    },
    'chat.seconds_between_messages': {
      label: 'Pausa entre dos mensajes de una persona',
      hint: '0: sin pausa. Los moderadores nunca esperan.',
    },
    'chat.keep_days': {
      label: 'Guardar los mensajes del chat',
      hint: 'Los fijados también se borran. 0: para siempre.',
    },
    'diary.keep_days': {
      label: 'Guardar el diario de estado de las aulas',
      hint: 'Cuándo estuvo cada aula en directo y por qué no. 0: para siempre.',
    },
    'audit.keep_days': {
      label: 'Guardar el registro de auditoría',
      hint: 'Quién vio, grabó y cambió qué. 0: para siempre.',
    },
    'recording.max_minutes': {
      label: 'Grabación más larga',
      hint: 'Pasado ese tiempo la grabación se detiene sola.',
    },
    'recording.keep_days': {
      label: 'Guardar las grabaciones',
      hint: 'Después van a la papelera. 0: para siempre. Un aula puede tener su propio número; las protegidas se quedan.',
    },
    'recording.bin_days': {
      label: 'Guardar en la papelera las grabaciones borradas',
      hint: 'Mientras tanto se pueden recuperar.',
    },
    'recording.keep_bytes': {
      label: 'Espacio para todas las grabaciones',
      hint: 'Las más antiguas van antes a la papelera; las protegidas, nunca. 0: sin límite.',
    },
    'recording.min_free': {
      label: 'Espacio que queda libre en el disco',
      hint: 'Por debajo no se graba nada nuevo. Se avisa cuando queda el doble.',
    },
    'rewind.default_minutes': {
      label: 'Cuánto se puede retroceder en las aulas',
      hint: '0: nada; lo habitual es 120, dos horas. Un aula así se escribe en el disco todo el tiempo. Un aula puede tener su propio número.',
    },
  },
  wrong: (label, least, most, unit) => `«${label}» admite un número de ${least} a ${most} ${unit}.`,
  wrongOrZero: (label, least, most, unit) => `«${label}» admite 0 o un número de ${least} a ${most} ${unit}.`,
  missing: (label) => `«${label}» no puede quedar vacío.`,
};

export const kSettingCatalogues = { en, th, es };
export const settingWords = catalogue(kSettingCatalogues);
