// podman and its containers for tests. Everything that is started is stopped by the test that started it: use `t.after`.

import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { promisify } from 'node:util'

const execute = promisify(execFile)

export const repository = process.env.REPOSITORY
export const imageOf = (name, tag = process.env.IMAGE_TAG) => `localhost/fnhost/${name}:${tag}`

// run(PROGRAM, [ARGUMENT...]): its end, whatever its exit code.
export async function run(program, words, options = {}) {
  try {
    const { stdout, stderr } = await execute(program, words, { maxBuffer: 64 << 20, timeout: 120_000, ...options })
    return { exit: 0, stdout, stderr }
  } catch (fault) {
    if (typeof fault.code !== 'number') throw fault
    return { exit: fault.code, stdout: fault.stdout, stderr: fault.stderr }
  }
}

// What it printed; throws when it failed.
export async function podman(...words) {
  const ended = await run('podman', words)
  if (ended.exit !== 0) throw new Error(`podman ${words.join(' ')}: exit ${ended.exit}\n${ended.stderr}`)
  return ended.stdout.trim()
}

// As a cluster runs it: nothing is writable but /tmp, no rights, nobody's user.
export const hardened = ['--read-only', '--user', '65532', '--cap-drop', 'all', '--security-opt', 'no-new-privileges',
  '--pull', 'never']

// A container in the background, gone when the test `t` ends. Gives its id.
export async function start(t, image, { options = [], words = [] } = {}) {
  const id = await podman('run', '--detach', ...hardened, ...options, imageOf(image), ...words)
  t.after(() => podman('rm', '--force', '--time', '0', id))
  return id
}

export const logs = async (id) => { const all = await run('podman', ['logs', id]); return all.stdout + all.stderr }

export async function freePort() {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

// Asks again until `condition` gives something; throws when it never does.
export async function eventually(condition, what, seconds = 30) {
  const end = Date.now() + seconds * 1000
  let last
  while (Date.now() < end) {
    try {
      const value = await condition()
      if (value) return value
      last = value
    } catch (fault) {
      last = fault
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`${what} did not come within ${seconds} s: ${last?.stack ?? last}`)
}
