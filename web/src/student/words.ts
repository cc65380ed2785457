/** What is said of a piece of news: to a screen reader, and aloud. */
import type { Korean } from '../i18n/ko';
import type { Translate } from '../i18n';
import type { Step } from '../step';
import type { News } from './classroom.svelte';

/** A step as it is read aloud: its title, then the spoken guide, or the written one. */
export function stepAloud(step: Step): string {
  return [step.title, step.voice_guide_text || step.guide_text || ''].filter(Boolean).join('. ');
}

function joined(...parts: (string | null)[]): string {
  return parts.filter(Boolean).join('. ');
}

export function spoken(news: News, t: Translate<Korean>): { announced: string; aloud: string } {
  switch (news.kind) {
    case 'step':
      return {
        announced: joined(t('class.newStep', { title: news.step.title }), news.message),
        aloud: joined(news.message, stepAloud(news.step)),
      };
    case 'message':
      return { announced: `${t('class.says')} ${news.message}`, aloud: news.message };
    case 'said':
      return news;
    case 'phase': {
      const titles = {
        opening: '',
        live: '',
        waiting: t('class.waiting'),
        paused: t('class.paused'),
        review: t('review.over'),
        over: t('review.over'),
      };
      const words = joined(titles[news.phase], news.message);
      return { announced: words, aloud: news.phase === 'waiting' ? '' : words };
    }
  }
}
