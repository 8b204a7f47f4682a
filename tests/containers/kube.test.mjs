// deploy/kubernetes on this machine: ./dev kube up, the end-to-end tests against it, and functions replaced under load. It
// takes minutes, so only who asks for it gets it:
//   bazel build //tests/e2e
//   KUBE=1 E2E=$PWD/bazel-bin/tests/e2e/e2e ./dev test containers --only kube
import assert from 'node:assert/strict'
import { chmod, mkdtemp } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { Load } from './load.mjs'
import { eventually, freePort, podman, repository, run } from './podman.mjs'

// Suites of tests/e2e that are about an instance of ./dev up and have nothing to try here.
const notHere = {
  docs: 'pastes commands that name the port of ./dev up',
  keys: 'changes key files in the state folder; here they are Secrets',
  kills: "kills workers by their binary's place on this machine",
  newcomer: 'runs ./dev new and ./dev deploy',
  oauth_kills: 'kills workers likewise',
  old_site: 'reads the logs and keys of ./dev up, and runs the old site beside it',
  outage: 'stops the PostgreSQL of ./dev up',
  'conventions/health_is_there_on_both_ports': 'asks for the pages of one supervisor; here each pod has its own',
  readme: 'runs the commands of README.md, which are about ./dev up',
}

let state, port

async function kube(...words) {
  const ended = await run(join(repository, 'dev'), ['kube', ...words, '--state', state], { timeout: 200_000 })
  assert.equal(ended.exit, 0, `kube ${words.join(' ')}\n${ended.stderr}`)
  return ended.stderr
}

const isFree = (at) =>
  new Promise((resolve) => {
    const socket = createConnection(at, '127.0.0.1')
    socket.on('connect', () => resolve(socket.destroy() && false))
    socket.on('error', () => resolve(true))
  })

async function twoFreePorts() {
  return eventually(async () => {
    const first = await freePort()
    return (await isFree(first + 1)) && first
  }, 'two free ports')
}

const pods = async () => JSON.parse(await podman('pod', 'ps', '--format', 'json', '--filter', `network=fnhost-kube-${port}`))

async function podsOf(name) {
  const all = await pods()
  return all.map(({ Name }) => Name).filter((pod) => pod.replace(/-[0-9a-f]{8}$/, '') === name)
}

const api = (path, options) => fetch(`http://127.0.0.1:${port}${path}`, options)

// A user's Authorization.
async function newUser() {
  const body = new URLSearchParams({ username: `person ${process.pid}-${Date.now()}`, password: 'a password of person' })
  assert.equal((await api('/api/users/', { method: 'POST', body })).status, 201)
  return (await (await api('/api/login/', { method: 'POST', body })).json()).Authorized
}

const readers = () => new Load(port, 4, () => ({ method: 'GET', path: '/null', right: 200 }))

const writers = (authorization) => {
  let count = 0
  return new Load(port, 2, () => ({
    method: 'POST',
    path: '/api/me/thoughts/',
    headers: { Authorization: authorization, 'Content-Type': 'application/x-www-form-urlencoded' },
    body: `text=number ${(count += 1)}`,
    right: 201,
  }))
}

// Another tag for what runs: another image, as far as deploying is concerned.
const tagAnew = (name, tag) => podman('tag', `localhost/fnhost/${name}:${process.env.IMAGE_TAG}`, `localhost/fnhost/${name}:${tag}`)

test('deploy/kubernetes runs on this machine', { skip: !process.env.KUBE && 'only with KUBE=1' }, async (t) => {
  state = await mkdtemp(join(dirname(process.env.IMAGE_OUT), 'kube-'))
  await chmod(state, 0o711)
  port = await twoFreePorts()
  t.after(() => kube('down', '--delete'))
  const said = await kube('up', '--port', String(port), '--tag', process.env.IMAGE_TAG)
  t.diagnostic(said.match(/ready: .*/)[0])

  await t.test('every container is closed: nobody, no rights, nothing to write on', async () => {
    const containers = (await pods()).flatMap(({ Containers }) => Containers).filter(({ Names }) => !Names.endsWith('-infra'))
    assert.ok(containers.length > 60)
    for (const inspected of JSON.parse(await podman('inspect', '--type', 'container', ...containers.map(({ Id }) => Id)))) {
      assert.equal(inspected.Config.User, '65532:65532', inspected.Name)
      assert.equal(inspected.HostConfig.ReadonlyRootfs, true, inspected.Name)
      assert.deepEqual(inspected.EffectiveCaps ?? [], [], inspected.Name)
      assert.ok(inspected.HostConfig.SecurityOpt.includes('no-new-privileges'), inspected.Name)
    }
  })

  await t.test('the end-to-end tests pass', { skip: !process.env.E2E && 'not built' }, async () => {
    const filters = Object.keys(notHere).map((suite) => `--run_test=!${suite}`)
    const environment = { ...process.env, REPOSITORY: repository, STATE: state, PUBLIC_PORT: String(port) }
    const ended = await run(process.env.E2E, ['--color_output=no', ...filters], { env: environment, timeout: 200_000 })
    t.diagnostic(ended.stdout.match(/Running \d+ test cases/)?.[0] ?? '')
    assert.equal(ended.exit, 0, ended.stdout + ended.stderr)
  })

  await t.test("replacing a function's image under load loses no request", async (t) => {
    await Promise.all([tagAnew('null', 'other'), tagAnew('my_thoughts_create', 'other')])
    const loads = [readers(), writers(await newUser())]
    const before = [...(await podsOf('null')), ...(await podsOf('my-thoughts-create'))]
    for (const name of ['null', 'my_thoughts_create']) {
      await kube('deploy', name, '--tag', 'other')
      await kube('rollback', name)
      await kube('deploy', name, '--tag', 'other')
    }
    const after = [...(await podsOf('null')), ...(await podsOf('my-thoughts-create'))]
    assert.equal(after.length, 2)
    assert.ok(after.every((pod) => !before.includes(pod)))
    for (const load of loads) {
      await load.end()
      t.diagnostic(`${load.answered} answered, ${load.failed.length} failed`)
      assert.deepEqual(load.failed, [])
      assert.ok(load.answered > 500)
    }
  })

  await t.test('an image that does not become ready leaves the old one where it is', async () => {
    await podman('tag', `localhost/fnhost/login:${process.env.IMAGE_TAG}`, 'localhost/fnhost/null:broken')
    const before = await podsOf('null')
    const load = readers()
    const ended = await run(join(repository, 'dev'), ['kube', 'deploy', 'null', '--tag', 'broken', '--wait', '5', '--state', state], { timeout: 200_000 })
    assert.equal(ended.exit, 1)
    assert.match(ended.stderr, /null stays at other/)
    assert.deepEqual(await podsOf('null'), before)
    assert.deepEqual((await load.end()).failed, [])
  })
})
