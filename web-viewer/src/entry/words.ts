// SPDX-License-Identifier: MIT
import { catalogue } from '../lib/strings';

const en = {
  signUp: {
    lead: 'With an account you see the rooms that you belong to.',
    name: 'Name',
    nameHint: 'Others see it in the chat.',
    email: 'E-mail (optional)',
    emailHint: 'Only used when you forget your password.',
    password: 'Password',
    passwordHint: 'At least 10 characters. A few words that you remember are better than tricky signs.',
    invitation: 'Invitation code',
    invitationHint: 'Your school sent it to you.',
    submit: 'Create account',
    taken: 'This name is taken. Choose another.',
    wrongCode: 'This invitation is not valid (any more). Ask for a new one.',
    closedTitle: 'No accounts are made here',
    closed: 'This school makes accounts itself. Ask your administrator for yours.',
    back: 'Sign in instead',
  },
  recover: {
    askTitle: 'Forgot your password?',
    ask: 'Enter your name or your e-mail address. If we know an address of yours, a link for a new password goes there.',
    askAdministrator: 'Passwords are renewed by your administrator here: ask for a one-time link.',
    who: 'Name or e-mail address',
    send: 'Send the link',
    sentTitle: 'Look into your mail',
    sent: 'If there is such an account and it has an address, a link is on its way. It can be used once, within an hour.',
    title: 'New password',
    lead: 'Choose a new password. All your other sessions end.',
    submit: 'Save the new password',
    done: 'Your new password is set. Sign in with it now.',
    expired: 'This link was used already, or is too old. Ask for a new one.',
    short: 'The password needs at least 10 characters.',
  },
  setUp: {
    lead: 'Three questions, and your school can begin. Everything can be changed later in the administration.',
    school: 'Name of the school',
    signUp: 'Who may make an account?',
    signUps: {
      open: 'Anybody who reaches this page (as a student)',
      invitation: 'Only people with an invitation from us',
      closed: 'Nobody; administrators add people',
    },
    password: 'Your own password (recommended)',
    passwordHint:
      'Replaces the one that the server printed. At least 10 characters; leave it empty to keep the old one.',
    submit: 'Finish',
  },
};

export type EntryWords = typeof en;

const th: EntryWords = {
  signUp: {
    lead: 'เมื่อมีบัญชี คุณจะเห็นห้องที่คุณเป็นสมาชิก',
    name: 'ชื่อ',
    nameHint: 'ผู้อื่นจะเห็นชื่อนี้ในแชต',
    email: 'อีเมล (ไม่บังคับ)',
    emailHint: 'ใช้เฉพาะเมื่อคุณลืมรหัสผ่าน',
    password: 'รหัสผ่าน',
    passwordHint: 'อย่างน้อย 10 ตัวอักษร คำหลายคำที่จำได้ดีกว่าสัญลักษณ์ยาก ๆ',
    invitation: 'รหัสเชิญ',
    invitationHint: 'โรงเรียนเป็นผู้ส่งให้คุณ',
    submit: 'สร้างบัญชี',
    taken: 'ชื่อนี้มีผู้ใช้แล้ว โปรดเลือกชื่ออื่น',
    wrongCode: 'รหัสเชิญนี้ใช้ไม่ได้แล้ว โปรดขอรหัสใหม่',
    closedTitle: 'ที่นี่ไม่เปิดให้สร้างบัญชี',
    closed: 'โรงเรียนนี้สร้างบัญชีให้เอง โปรดติดต่อผู้ดูแลระบบ',
    back: 'เข้าสู่ระบบแทน',
  },
  recover: {
    askTitle: 'ลืมรหัสผ่าน?',
    ask: 'ใส่ชื่อหรืออีเมลของคุณ หากมีอีเมลของคุณในระบบ เราจะส่งลิงก์สำหรับตั้งรหัสผ่านใหม่ไปให้',
    askAdministrator: 'ที่นี่ผู้ดูแลระบบเป็นผู้ตั้งรหัสผ่านใหม่ โปรดขอลิงก์แบบใช้ครั้งเดียว',
    who: 'ชื่อหรืออีเมล',
    send: 'ส่งลิงก์',
    sentTitle: 'โปรดตรวจสอบอีเมล',
    sent: 'หากมีบัญชีนี้และมีอีเมล ลิงก์กำลังถูกส่งไป ใช้ได้ครั้งเดียวภายในหนึ่งชั่วโมง',
    title: 'รหัสผ่านใหม่',
    lead: 'เลือกรหัสผ่านใหม่ เซสชันอื่นทั้งหมดของคุณจะสิ้นสุดลง',
    submit: 'บันทึกรหัสผ่านใหม่',
    done: 'ตั้งรหัสผ่านใหม่แล้ว โปรดเข้าสู่ระบบด้วยรหัสนี้',
    expired: 'ลิงก์นี้ถูกใช้ไปแล้วหรือหมดอายุ โปรดขอลิงก์ใหม่',
    short: 'รหัสผ่านต้องมีอย่างน้อย 10 ตัวอักษร',
  },
  setUp: {
    lead: 'ตอบสามคำถามแล้วเริ่มใช้งานได้ ทุกอย่างแก้ไขภายหลังได้ในหน้าการจัดการระบบ',
    school: 'ชื่อโรงเรียน',
    signUp: 'ใครสร้างบัญชีได้บ้าง?',
    signUps: {
      open: 'ทุกคนที่เปิดหน้านี้ได้ (เป็นนักเรียน)',
      invitation: 'เฉพาะผู้ที่มีคำเชิญจากเรา',
      closed: 'ไม่มีใคร ผู้ดูแลระบบเป็นผู้เพิ่มบุคคล',
    },
    password: 'รหัสผ่านของคุณเอง (แนะนำ)',
    passwordHint: 'ใช้แทนรหัสที่เซิร์ฟเวอร์พิมพ์ไว้ อย่างน้อย 10 ตัวอักษร เว้นว่างเพื่อใช้รหัสเดิม',
    submit: 'เสร็จสิ้น',
  },
};

const es: EntryWords = {
  signUp: {
    lead: 'Con una cuenta ve las aulas a las que pertenece.',
    name: 'Nombre',
    nameHint: 'Los demás lo ven en el chat.',
    email: 'Correo electrónico (opcional)',
    emailHint: 'Solo se usa cuando olvida su contraseña.',
    password: 'Contraseña',
    passwordHint: 'Al menos 10 caracteres. Unas palabras que recuerde valen más que signos difíciles.',
    invitation: 'Código de invitación',
    invitationHint: 'Se lo envió su centro.',
    submit: 'Crear cuenta',
    taken: 'Este nombre ya está en uso. Elija otro.',
    wrongCode: 'Esta invitación no vale (o ya no). Pida una nueva.',
    closedTitle: 'Aquí no se crean cuentas',
    closed: 'Este centro crea las cuentas. Pida la suya a su administrador.',
    back: 'Iniciar sesión',
  },
  recover: {
    askTitle: '¿Ha olvidado su contraseña?',
    ask: 'Escriba su nombre o su correo. Si conocemos su correo, enviaremos allí un enlace para una contraseña nueva.',
    askAdministrator: 'Aquí las contraseñas las renueva su administrador: pídale un enlace de un solo uso.',
    who: 'Nombre o correo',
    send: 'Enviar el enlace',
    sentTitle: 'Mire su correo',
    sent: 'Si existe esa cuenta y tiene correo, un enlace está en camino. Sirve una vez, durante una hora.',
    title: 'Contraseña nueva',
    lead: 'Elija una contraseña nueva. Sus demás sesiones terminan.',
    submit: 'Guardar la contraseña nueva',
    done: 'Su contraseña nueva está lista. Inicie sesión con ella.',
    expired: 'Este enlace ya se usó o es demasiado antiguo. Pida uno nuevo.',
    short: 'La contraseña necesita al menos 10 caracteres.',
  },
  setUp: {
    lead: 'Tres preguntas y su centro puede empezar. Todo se puede cambiar después en la administración.',
    school: 'Nombre del centro',
    signUp: '¿Quién puede crear una cuenta?',
    signUps: {
      open: 'Cualquiera que llegue a esta página (como estudiante)',
      invitation: 'Solo personas con una invitación nuestra',
      closed: 'Nadie; los administradores añaden a las personas',
    },
    password: 'Su propia contraseña (recomendado)',
    passwordHint:
      'Sustituye a la que mostró el servidor. Al menos 10 caracteres; déjelo vacío para conservar la anterior.',
    submit: 'Terminar',
  },
};

export const kEntryCatalogues = { en, th, es };
export const words = catalogue(kEntryCatalogues);
