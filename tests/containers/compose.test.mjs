// compose.yaml as it stands, by podman-compose: the whole system, and a user who writes a thought.

import assert from 'node:assert/strict'
import { copyFile, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { eventually, freePort, podman, repository, run, start } from './podman.mjs'

const folder = dirname(process.env.IMAGE_OUT) // beside .containers/secrets
const project = 'fnhosttest'
// What the flows below ask. All 64 start the same way, which takes podman-compose a second each; COMPOSE_ALL=1 has them all.
const services = process.env.COMPOSE_ALL ? [] : ['postgres', 'migrate', 'nginx', 'users_create', 'login', 'my_thoughts_create',
  'my_thoughts_list', 'thoughts_list', 'web_thoughts', 'null']

async function compose(env, ...words) {
  const ended = await run('podman-compose', ['--project-name', project, ...words], { cwd: folder, env, timeout: 240_000 })
  assert.equal(ended.exit, 0, ended.stdout + ended.stderr)
  return ended.stdout + ended.stderr
}

// Asks until the answer has that status, while others still start; gives its JSON.
const expect = (status, ask) => eventually(async () => {
  const answer = await ask()
  const text = await answer.text()
  if (answer.status !== status) throw new Error(`${answer.status} ${text}`)
  return JSON.parse(text)
}, `an answer ${status}`, 60)

async function everyThought(site, authorization) {
  const texts = []
  for (let next = '/api/me/thoughts/?limit=100'; next;) {
    const answer = await fetch(new URL(next, site), { headers: { authorization } })
    texts.push(...(await answer.json()).map((each) => each.text))
    next = answer.headers.get('link')?.match(/<([^>]+)>; rel="next"/)?.[1]
  }
  return texts
}

test('compose.yaml starts the system without an edit, and a function is replaced while it is written to', async (t) => {
  await copyFile(join(repository, 'compose.yaml'), join(folder, 'compose.yaml'))
  const env = { ...process.env, FNHOST_TAG: process.env.IMAGE_TAG, PUBLIC_PORT: `${await freePort()}`, INTERNAL_PORT: `${await freePort()}` }
  const site = `http://127.0.0.1:${env.PUBLIC_PORT}`
  t.after(() => compose(env, 'down', '--volumes', '--timeout', '5'))

  // NGINX alone: it starts, and says what is missing.
  await compose(env, 'up', '--detach', 'nginx')
  await eventually(async () => (await fetch(`${site}/healthz`)).status === 200, 'NGINX')
  const missing = await fetch(`${site}/null`)
  assert.equal(missing.status, 502)
  assert.equal(missing.headers.get('content-type'), 'application/problem+json')

  const began = Date.now()
  await compose(env, 'up', '--detach', ...services)
  t.diagnostic(`podman-compose up: ${Date.now() - began} ms`)
  const send = (path, body, headers = {}) => fetch(`${site}${path}`, {
    method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body),
  })
  const ada = { username: 'ada', password: 'a long way to Tipperary' }
  await expect(201, () => send('/api/users/', ada))
  t.diagnostic(`first user: ${Date.now() - began} ms`)
  const { Authorized: authorization } = await expect(200, () => send('/api/login/', ada))
  const write = (text) => send('/api/me/thoughts/', { text }, { authorization })
  const written = await expect(201, () => write('Ships in containers'))
  const found = await eventually(async () => (await fetch(`${site}/api/thoughts/?search=containers`)).json(), 'a list')
  assert.deepEqual(found.map((each) => each.text), ['Ships in containers'])
  assert.equal((await (await fetch(`${site}/api/me/thoughts/`, { headers: { authorization } })).json())[0].id, written.id)

  const page = await eventually(async () => {
    const answer = await fetch(`${site}/thoughts/`)
    return answer.status === 200 && answer.text()
  }, 'the page of thoughts')
  assert.match(page, /Ships in containers/)
  const css = page.match(/\/static\/thoughts\.[0-9a-f]{12}\.css/)[0]
  assert.match((await fetch(`${site}${css}`)).headers.get('cache-control'), /immutable/)
  assert.equal((await (await fetch(`${site}/api/openapi.json`)).json()).openapi, '3.1.0')

  // The next container of a function takes the place of the one before while thoughts are written.
  const acknowledged = []
  const failed = []
  let going = true
  const writers = Promise.all(Array.from({ length: 4 }, async (_, writer) => {
    for (let i = 0; going; ++i) {
      const text = `writer ${writer}, thought ${i}`
      const answer = await write(text)
      if (answer.status === 201) acknowledged.push(text)
      else failed.push(`${answer.status} ${await answer.text()}`)
    }
  }))
  const old = `${project}_my_thoughts_create_1`
  const [{ Mounts: mounts, Config: { Env: variables } }] = JSON.parse(await podman('inspect', old))
  const next = await start(t, 'my_thoughts_create', { options: [
    '--network', `${project}_default`,
    ...mounts.flatMap(({ Name: name, Source: source, Destination: target }) => ['--volume', `${name || source}:${target}`]),
    ...variables.flatMap((each) => ['--env', each]),
  ] })
  await eventually(async () => (await run('podman', ['exec', next, '/usr/bin/fnhost', 'worker', '--probe', 'ready'])).exit === 0, 'the next one')
  await podman('stop', '--time', '20', old)
  const before = acknowledged.length
  await eventually(() => acknowledged.length > before + 20, 'thoughts written by the next one')
  going = false
  await writers
  t.diagnostic(`${acknowledged.length} thoughts written while the function's container was replaced`)
  assert.deepEqual(failed, [])
  const kept = await everyThought(site, authorization)
  assert.deepEqual(kept.filter((text) => text.startsWith('writer')).sort(), acknowledged.sort())

  // What is secret stands in files that only the containers' user reads.
  const password = (await readFile(join(process.env.IMAGE_OUT, 'secrets', 'owner.password'), 'utf8')).trim()
  for (const id of (await podman('ps', '--quiet', '--filter', `label=io.podman.compose.project=${project}`)).split('\n')) {
    const text = await podman('inspect', id)
    assert.ok(!text.includes(password))
    assert.equal(JSON.parse(text)[0].HostConfig.ReadonlyRootfs, true)
  }
})
