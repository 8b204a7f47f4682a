// All pages, one line each: pages.test.mjs looks at them in every light and size.
//
//   name     of its screenshots
//   path     of the page, or a function of the world
//   as       who is logged in: 'writer' has many thoughts, 'newcomer' none, nobody else is
//   status   200 unless told
import { call, logIn, newUser } from '../instance/api.mjs';
import { app, device } from './oauth.mjs';

export const pages = [
  { name: 'home of a guest', path: '/' },
  { name: 'home', path: '/', as: 'writer' },
  { name: 'home without thoughts', path: '/?note=welcome', as: 'newcomer' },
  { name: 'everyone', path: '/thoughts/' },
  { name: 'everyone, logged in', path: '/thoughts/', as: 'writer' },
  { name: 'a thought', path: (world) => world.thought },
  { name: 'a thought of mine', path: (world) => `${world.thought}?note=changed`, as: 'writer' },
  { name: 'new', path: '/thoughts/new', as: 'writer' },
  { name: 'edit', path: (world) => `${world.thought}edit`, as: 'writer' },
  { name: 'delete', path: (world) => `${world.thought}delete`, as: 'writer' },
  { name: 'a user', path: (world) => world.user },
  { name: 'a user without thoughts', path: (world) => world.newcomerPage },
  { name: 'search', path: '/search', as: 'writer' },
  { name: 'search, found', path: '/search?search=afternoon', as: 'writer' },
  { name: 'search, nothing', path: '/search?search=no+such+words&own=1', as: 'newcomer' },
  { name: 'log-in', path: '/login/?next=%2Fthoughts%2Fnew' },
  { name: 'sign-up', path: '/signup/' },
  { name: 'log-out', path: '/logout/', as: 'writer' },
  { name: 'account', path: '/account/?note=password-changed', as: 'writer' },
  { name: 'account password', path: '/account/password/', as: 'writer' },
  { name: 'account sessions', path: '/account/sessions/', as: 'writer' },
  { name: 'account apps', path: '/account/apps/', as: 'writer' },
  { name: 'account tokens', path: '/account/tokens/', as: 'writer' },
  { name: 'account deletion', path: '/account/delete/', as: 'writer' },
  { name: 'account apps, none', path: '/account/apps/', as: 'newcomer' },
  { name: 'account tokens, none', path: '/account/tokens/', as: 'newcomer' },
  { name: 'no such thought', path: '/thoughts/999999999/', status: 404 },
  { name: 'no such page', path: '/no/such/page', status: 404 },
  { name: 'no such user', path: '/u/nobody-has-this-name/', status: 404, as: 'writer' },
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
  const calm = Array.from({ length: 15 }, (_, i) => `Thought number ${i + 1} of a long afternoon`);
  for (const text of [...calm, ...texts]) {
    thoughts.push(await call('POST', '/api/me/thoughts/', { token: writer.token, json: { text }, status: 201 }));
  }
  await logIn(writer); // another session
  for (const name of ['backup script', 'W'.repeat(100)]) {
    const json = { name, scopes: 'thoughts:read profile', expires_in_days: 90 };
    await call('POST', '/api/me/tokens/', { token: writer.token, json, status: 201 });
  }
  return {
    writer,
    newcomer,
    thought: `/thoughts/${thoughts.at(-4).id}/`,
    user: `/u/${encodeURIComponent(writer.username)}/`,
    newcomerPage: `/u/${encodeURIComponent(newcomer.username)}/`,
    app: (await app()).path,
    device: (await device()).path,
  };
}

let making;
export const world = () => (making ??= make());
