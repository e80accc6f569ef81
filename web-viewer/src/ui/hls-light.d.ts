// SPDX-License-Identifier: MIT
declare module 'hls.js/light' {
  export { default } from 'hls.js';
  export type * from 'hls.js';
}
