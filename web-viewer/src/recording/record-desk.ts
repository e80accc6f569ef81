// SPDX-License-Identifier: MIT
import type { Api } from '../lib/api';
import type { Room } from '../lib/protocol';
import { may } from '../lib/rooms';
import { strings } from '../lib/strings';
import { recordProblem } from './record-dialog';
import { startRecording } from './requests';

/** Starts a recording with the usual choices. `ask`: there is a choice to be made; else what to say about it. */
export async function startAtOnce(api: Api, room: Room): Promise<string> {
  if (room.recording !== undefined || !may(room, 'record')) return 'ask';
  const outcome = await startRecording(api, room.id);
  return outcome.kind === 'success' ? strings.recording.started(room.name) : recordProblem(outcome);
}
