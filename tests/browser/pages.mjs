// All pages, one line each: pages.test.mjs looks at them in every light and size.
//
//   name     of its screenshots
//   path     of the page, or a function of the world
//   as       who is logged in: 'writer' has many thoughts, 'newcomer' none, nobody else is
//   status   200 unless told
import { call, logIn, newUser } from '../instance/api.mjs';
import { app, device } from './oauth.mjs';

export const pages = [
  { name: 'oauth log-in', path: (world) => world.app },
  { name: 'oauth consent', path: (world) => world.app, as: 'writer' },
  { name: 'oauth refused', path: '/oauth/authorize?client_id=unknown', status: 400 },
  { name: 'device log-in', path: '/oauth/device' },
  { name: 'device code', path: '/oauth/device', as: 'writer' },
  { name: 'device code wrong', path: '/oauth/device?user_code=BCDF-GHJK', as: 'writer', status: 404 },
  { name: 'device decide', path: (world) => world.device, as: 'writer' },
  { name: 'device done', path: '/oauth/device?done=allowed', as: 'writer' },
];

// Short and long, of several scripts, and what is hard to lay out.
const texts = [
  'Rain on the roof all morning. The tea went cold twice.',
  'Two lines of a list:\n- one\n- two',
  'A word that does not end: ' + 'abcdefghij'.repeat(20),
  'צהריים טובים לכולם, וגם ערב טוב',
  'مرحبا بالعالم، هذا نص قصير',
  'Family 👩‍👩‍👧‍👦, flag 🇪🇺, and a heart ❤️',
  'Read this: https://example.com/a/rather/long/path?with=a&query=string',
  'Markup is text here: <b>not bold</b> &amp; "quoted"',
  'x',
  'The longest one. ' + 'All of two hundred and fifty characters. '.repeat(6).slice(0, 233),
];

async function make() {
  const writer = await newUser('heron');
  writer.token = await logIn(writer);
  const newcomer = await newUser('newcomer');
  newcomer.token = await logIn(newcomer);
  const thoughts = [];
  for (let i = 0; i < 30; ++i) {
    const text = texts[i] ?? `Thought number ${i + 1} of a long afternoon`;
    thoughts.push(await call('POST', '/api/me/thoughts/', { token: writer.token, json: { text }, status: 201 }));
  }
  return {
    writer,
    newcomer,
    thought: `/thoughts/${thoughts[6].id}/`,
    user: `/u/${encodeURIComponent(writer.username)}/`,
    newcomerPage: `/u/${encodeURIComponent(newcomer.username)}/`,
    app: (await app()).path,
    device: (await device()).path,
  };
}

let making;
export const world = () => (making ??= make());
