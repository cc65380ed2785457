/** Where people are with the step, by what their phones report (contract 11.15); null is said of nobody. */
import type { Completion, CompletionDecision, RosterBody, RosterPerson, WayBack, WhereaboutsBody } from '../api.gen';
import type { ClassroomRoomPersonWhereabouts } from '../protocol.gen';
import type { Translate } from '../i18n';
import type { Korean } from '../i18n/where.ko';

/** In a few words: "다른 화면 (설정)". What looks done and is not suggested was said not to be done. */
export function whereText(at: WhereaboutsBody, completion: Completion, say: Translate<Korean>): string {
  const { verdict, title, place } = at;
  if (verdict === 'done') return say(completion === 'suggested' && !at.suggested ? 'where.notDone' : 'where.done');
  if (verdict === 'interrupted') return say(at.interruption ? `where.${at.interruption}` : 'where.interrupted');
  const name = verdict === 'wrong_screen' ? title || place : verdict === 'wrong_app' ? place : '';
  const what = say(`where.${verdict}`);
  return name ? say('where.named', { what, name }) : what;
}

const WAYS = { open: 'where.open', back: 'where.goBack', close: 'where.close', finish: 'where.finish' } as const;

/** What leads back to the step; null where nobody has to go back. */
export function wayBackText(way: WayBack, say: Translate<Korean>): string | null {
  return way === '' ? null : say(WAYS[way]);
}

/** Those of whom it has changed, on the step of this roster. */
export function whereaboutsChanged(roster: RosterBody, stepId: number, changed: readonly ClassroomRoomPersonWhereabouts[]): RosterBody {
  if (roster.step?.id !== stepId) return roster;
  const news = new Map(changed.map((one) => [one.participant_id, one.whereabouts]));
  const people = roster.people.map((person) => {
    const whereabouts = news.get(person.participant_id);
    return whereabouts === undefined ? person : { ...person, whereabouts };
  });
  return { ...roster, people };
}

/** Of whom the instructor is asked whether they have done the step, who seems to have first. */
export function suggestedDone(roster: RosterBody | null): RosterPerson[] {
  if (roster?.settings.completion !== 'suggested') return [];
  const since = (person: RosterPerson): number => Date.parse(person.whereabouts?.since ?? '');
  return roster.people.filter((person) => person.whereabouts?.suggested).sort((a, b) => since(a) - since(b));
}

/** Nobody is asked about twice: what was decided shows at once, and as done with the server's next roster. */
export function completionDecided(roster: RosterBody, ids: readonly number[], decision: CompletionDecision): RosterBody {
  const decided = new Set(ids);
  const people = roster.people.map((person) => {
    if (!decided.has(person.participant_id) || !person.whereabouts) return person;
    return { ...person, whereabouts: decision === 'ACCEPTED' ? null : { ...person.whereabouts, suggested: false } };
  });
  return { ...roster, people };
}
