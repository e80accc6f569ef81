// SPDX-License-Identifier: MIT
import { strings } from '../lib/strings';
import type { AppModel } from './app-model';
import type { Place } from './router';

/** What the browser's tab is called: the screen first, since tabs are narrow. */
export function titleOf(place: Place, { workspace, stage }: AppModel): string {
  const name = screenName(place, workspace === undefined ? undefined : (id) => workspace.rooms.get(id)?.name);
  const shown = stage === 'signed-out' && name !== entryName(place) ? strings.signIn.title : name;
  return shown === undefined ? strings.product : `${shown} – ${strings.product}`;
}

function entryName(place: Place): string | undefined {
  const { screens } = strings;
  return place.screen === 'sign-up' ? screens.signUp : place.screen === 'recover' ? screens.recover : undefined;
}

function screenName(place: Place, roomName?: (id: (Place & { screen: 'room' })['room']) => string | undefined) {
  const { screens, start, wall } = strings;
  switch (place.screen) {
    case 'wall':
      return wall.title;
    case 'room':
      return roomName?.(place.room) ?? place.room;
    case 'library':
    case 'recording':
      return screens.library;
    case 'account':
      return screens.account;
    case 'admin':
      return screens.admin;
    case 'set-up':
      return screens.setUp;
    case 'not-found':
      return start.notFoundTitle;
    default:
      return entryName(place);
  }
}
