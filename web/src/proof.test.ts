import { createHash } from 'node:crypto';
import { afterEach, expect, test, vi } from 'vitest';
import { signIn } from './signing';
import { answerTo, challengeIn, Search } from './proof';

const zeros = (text: string): number => {
  const bits = [...createHash('sha256').update(text).digest()].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return bits.indexOf('1');
};

afterEach(() => localStorage.clear());

// Every length of what stands before the answer, past several blocks.
test.each(Array.from({ length: 140 }, (_, length) => length))('the answer to %i characters holds', (length) => {
  const challenge = 'abcdefghij'.repeat(14).slice(0, length);
  const answer = new Search({ challenge, bits: 6 }).look(Infinity);
  expect(zeros(`${challenge}:${answer}`)).toBeGreaterThanOrEqual(6);
});

test('no smaller answer is passed over', () => {
  const answer = Number(new Search({ challenge: 'x'.repeat(180), bits: 8 }).look(Infinity));
  for (let n = 0; n < answer; n += 1) expect(zeros(`${'x'.repeat(180)}:${n}`)).toBeLessThan(8);
});

test('without workers the page looks in between', async () => {
  vi.stubGlobal('Worker', undefined);
  expect(zeros(`한글:${await answerTo({ challenge: '한글', bits: 10 })}`)).toBeGreaterThanOrEqual(10);
});

test('a refusal without a challenge, or with too hard a one, is not worked on', () => {
  expect(challengeIn({})).toBeNull();
  expect(challengeIn({ challenge: 'x', bits: 40 })).toBeNull();
});

test('signing in answers a challenge by itself', async () => {
  vi.stubGlobal('Worker', undefined);
  const sent: { proof?: { challenge: string; answer: string } }[] = [];
  const user = { id: 1, email: 'a@b.kr', name: '김', nickname: '김', role: 'STUDENT' };
  vi.stubGlobal('fetch', (_: string, init: RequestInit) => {
    const body = JSON.parse(String(init.body)) as { proof?: { challenge: string; answer: string } };
    sent.push(body);
    if (body.proof) return Promise.resolve(new Response(JSON.stringify({ access_token: 'a', refresh_token: 'r', user })));
    const error = { code: 'RATE_LIMITED', message: '', details: { challenge: 'abc', bits: 8 } };
    return Promise.resolve(new Response(JSON.stringify({ error }), { status: 429 }));
  });
  const works = vi.fn();
  await signIn('a@b.kr', 'right', works);
  expect(works).toHaveBeenCalledOnce();
  expect(sent).toHaveLength(2);
  expect(zeros(`abc:${sent[1]?.proof?.answer}`)).toBeGreaterThanOrEqual(8);
});

test('a server that asks for work again and again is given up on', async () => {
  vi.stubGlobal('Worker', undefined);
  const ask = vi.fn(() => {
    const error = { code: 'RATE_LIMITED', message: '', details: { challenge: 'abc', bits: 2 } };
    return Promise.resolve(new Response(JSON.stringify({ error }), { status: 429 }));
  });
  vi.stubGlobal('fetch', ask);
  await expect(signIn('a@b.kr', 'right')).rejects.toMatchObject({ status: 429 });
  expect(ask).toHaveBeenCalledTimes(4);
});
