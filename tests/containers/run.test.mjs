// Containers of one function: hardened, probed, stopped under load.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Connection } from './fastcgi.mjs'
import { eventually, logs, podman, run, start } from './podman.mjs'

const null_answer = /200[^]*\{"hello":"world"\}/

async function ask(address, path = '/null') {
  const connection = await Connection.open(address, 9000)
  try {
    return await connection.get(path)
  } finally {
    connection.close()
  }
}

// A container of `null`, once it answers. Tests reach it by its own address, as NGINX does in a cluster.
async function startNull(t, options = []) {
  const id = await start(t, 'null', { options })
  const address = await podman('inspect', '--format', '{{.NetworkSettings.IPAddress}}', id)
  await eventually(async () => null_answer.test(await ask(address) ?? ''), 'an answer of the container')
  return { id, address }
}

const probe = (id, what) => run('podman', ['exec', id, '/usr/bin/fnhost', 'worker', '--probe', what])

test('a function serves without a writable file system, without rights, as nobody', async (t) => {
  const { id, address } = await startNull(t)
  assert.match(await ask(address), null_answer)
  const [{ HostConfig: host, Config: config }] = JSON.parse(await podman('inspect', id))
  assert.equal(host.ReadonlyRootfs, true)
  assert.equal(config.User, '65532')
  const status = await run('sh', ['-c', 'cat /proc/$(podman inspect --format "{{.State.Pid}}" "$0")/status', id])
  assert.match(status.stdout, /^CapEff:\s+0{16}$/m)
  assert.match(status.stdout, /^CapBnd:\s+0{16}$/m)
  assert.match(status.stdout, /^NoNewPrivs:\s+1$/m)
  assert.match(status.stdout, /^Uid:\s+65532\s+65532\s+65532\s+65532$/m)
})

test('probes need no shell: live and ready say yes by their exit code', async (t) => {
  const { id } = await startNull(t)
  for (const what of ['live', 'ready']) {
    const ended = await probe(id, what)
    assert.equal(ended.exit, 0, ended.stderr)
  }
})

test('a function that lacks what it needs is alive, not ready, and says why', async (t) => {
  const id = await start(t, 'login', { options: ['--env', 'DATABASE_URL_FILE=/run/secrets/nothing.dsn'] })
  await eventually(async () => (await probe(id, 'live')).exit === 0, 'life')
  const ended = await probe(id, 'ready')
  assert.equal(ended.exit, 1)
  assert.match(ended.stderr, /not ready/)
  await eventually(async () => /DATABASE_URL_FILE: cannot read/.test(await logs(id)), 'a reason')
})

test('metrics and health are served for Prometheus, and every line of the log is JSON', async (t) => {
  const { id, address } = await startNull(t)
  const get = (page) => fetch(`http://${address}:9145${page}`)
  assert.equal((await get('/livez')).status, 200)
  assert.equal((await get('/readyz')).status, 200)
  const text = await (await get('/metrics')).text()
  assert.match(text, /^fnhost_workers\{function="null",state="ready"\} [1-9]/m)
  assert.match(text, /^fnhost_requests_total\{.*function="null".*\} [1-9]/m)
  const lines = (await logs(id)).split('\n').filter((line) => line !== '')
  assert.ok(lines.length >= 2)
  for (const line of lines) assert.equal(typeof JSON.parse(line).msg, 'string', line)
})

// Clients that ask until they are told to end; what was sent and not answered is lost. Two things are not, for NGINX asks
// elsewhere then: a connection that was not made, and a kept one that ends, once, in place of its next answer.
class Crowd {
  answered = 0
  refused = 0
  ended = 0
  lost = []
  #going = true

  constructor(address, clients) {
    this.all = Promise.all(Array.from({ length: clients }, (_, i) => this.#ask(address, i % 2 === 0)))
  }

  async #ask(address, keep) {
    let connection
    while (this.#going) {
      try {
        connection ??= await Connection.open(address, 9000)
      } catch {
        this.refused += 1
        await new Promise((resolve) => setTimeout(resolve, 5))
        continue
      }
      const answer = await connection.get('/null', keep)
      if (null_answer.test(answer ?? '')) this.answered += 1
      else if (keep && connection.served > 0 && answer === undefined) this.ended += 1
      else this.lost.push(`no answer: ${answer}`)
      if (!keep || connection.ended) connection = connection.close()
    }
    connection?.close()
  }

  async end() {
    this.#going = false
    await this.all
  }
}

test('SIGTERM under load: every request that was sent is answered, nobody new is let in, and it ends with 0', async (t) => {
  await startNull(t) // so that the network stays when the other one is gone
  for (const delay of ['0', '300']) {
    const { id, address } = await startNull(t, ['--env', `FNHOST_DRAIN_DELAY_MS=${delay}`])
    const crowd = new Crowd(address, 16)
    await eventually(() => crowd.answered > 500, 'load')
    const began = Date.now()
    await podman('kill', '--signal', 'TERM', id)
    assert.equal(await podman('wait', id), '0')
    const took = Date.now() - began
    await crowd.end()
    t.diagnostic(`delay ${delay}: ${crowd.answered} answered, ${crowd.refused} refused, ended after ${took} ms`)
    assert.deepEqual(crowd.lost, [])
    assert.ok(crowd.ended <= 8, `${crowd.ended} of 8 kept connections`)
    assert.ok(took >= Number(delay) && took < 5000, `${took} ms`)
  }
})

test('behind NGINX the next container takes the place of the one before, and no request fails', async (t) => {
  const volume = `sockets-${process.pid}`
  t.after(() => podman('volume', 'rm', '--force', volume))
  const options = ['--volume', `${volume}:/run/fnhost`]
  const listen = ['--env', 'FNHOST_LISTEN=unix:///run/fnhost/null.sock']
  const nginx = await start(t, 'nginx', { options })
  const address = await podman('inspect', '--format', '{{.NetworkSettings.IPAddress}}', nginx)
  const get = () => fetch(`http://${address}:8080/null`)
  await eventually(async () => (await get()).status === 502, 'NGINX, without a function')
  let current = await start(t, 'null', { options: [...options, ...listen] })
  await eventually(async () => (await get()).status === 200, 'an answer')

  const statuses = new Map()
  let going = true
  const clients = Promise.all(Array.from({ length: 8 }, async () => {
    while (going) {
      const status = await get().then((answer) => answer.text().then(() => answer.status), (fault) => fault.message)
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
    }
  }))
  for (let swap = 0; swap < 3; ++swap) {
    const next = await start(t, 'null', { options: [...options, ...listen] })
    await eventually(async () => (await probe(next, 'ready')).exit === 0, 'the next one')
    await podman('stop', '--time', '20', current)
    assert.equal(await podman('wait', current), '0')
    current = next
  }
  const before = statuses.get(200)
  await eventually(() => statuses.get(200) > before + 50, 'answers of the last one')
  going = false
  await clients
  t.diagnostic(`3 swaps: ${JSON.stringify([...statuses])}`)
  assert.deepEqual([...statuses.keys()], [200])
})
