// SPDX-License-Identifier: MIT
import { expect, it } from 'vitest';
import { placeOf } from '../src/app/router';

it.each([
  ['/', { screen: 'wall' }],
  ['/index.html', { screen: 'wall' }],
  ['/rooms/room-101', { screen: 'room', room: 'room-101' }],
  ['/rooms/room-101/', { screen: 'room', room: 'room-101' }],
  ['/rooms/Room%20101', { screen: 'not-found' }],
  ['/rooms/', { screen: 'not-found' }],
  ['/rooms/a/b', { screen: 'not-found' }],
  ['/library', { screen: 'library' }],
  ['/library/r-7f3a', { screen: 'recording', recording: 'r-7f3a' }],
  ['/library/..%2Fx', { screen: 'not-found' }],
  ['/admin/storage', { screen: 'admin', page: 'storage' }],
  ['/account', { screen: 'account' }],
  ['/admin', { screen: 'admin', page: 'people' }],
  ['/admin/audit', { screen: 'admin', page: 'audit' }],
  ['/admin/nothing', { screen: 'not-found' }],
  ['/sign-up', { screen: 'sign-up' }],
  ['/recover', { screen: 'recover' }],
  ['/anything/else', { screen: 'not-found' }],
])('%s names its screen', (path, place) => {
  expect(placeOf(path)).toEqual(place);
});
