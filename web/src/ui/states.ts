/** The shape and the colour of each state of a person in class; the word stands beside them. */
import AppWindow from '@lucide/svelte/icons/app-window';
import CircleCheck from '@lucide/svelte/icons/circle-check';
import CloudOff from '@lucide/svelte/icons/cloud-off';
import DoorOpen from '@lucide/svelte/icons/door-open';
import Eye from '@lucide/svelte/icons/eye';
import Hand from '@lucide/svelte/icons/hand';
import Hourglass from '@lucide/svelte/icons/hourglass';
import Send from '@lucide/svelte/icons/send';
import Unplug from '@lucide/svelte/icons/unplug';
import type { Component } from 'svelte';
import type { RosterState } from '../api.gen';

interface Look {
  tone: 'plain' | 'action' | 'done' | 'help' | 'off';
  shape: Component<{ size?: number; class?: string }>;
}

export const LOOKS: Record<RosterState, Look> = {
  HELP: { tone: 'help', shape: Hand },
  NOT_RECEIVED: { tone: 'off', shape: CloudOff },
  OFFLINE: { tone: 'off', shape: Unplug },
  SENT: { tone: 'plain', shape: Send },
  TRYING: { tone: 'action', shape: AppWindow },
  READING: { tone: 'action', shape: Eye },
  WAITING: { tone: 'plain', shape: Hourglass },
  DONE: { tone: 'done', shape: CircleCheck },
  LEFT: { tone: 'plain', shape: DoorOpen },
};
