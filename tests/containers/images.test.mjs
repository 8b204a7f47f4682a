// What images are: small, without a shell, the same each time, and plain about what is in them.

import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { Spec, Validation } from '@cyclonedx/cyclonedx-library'
import { hardened, imageOf, podman, repository, run } from './podman.mjs'

const manifest = (name) => JSON.parse(readFileSync(join(repository, 'functions', name, 'function.json')))
const functions = readdirSync(join(repository, 'functions'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'shared').map((entry) => entry.name)
const inspect = async (name, tag) => JSON.parse(await podman('image', 'inspect', imageOf(name, tag)))[0]
const sizeOf = async (name) => (await inspect(name)).Size

// The paths of all files in an image.
async function filesOf(name) {
  const id = await podman('create', '--pull', 'never', imageOf(name))
  const { stdout } = await run('sh', ['-c', 'podman export "$0" | tar -t', id], { maxBuffer: 64 << 20 })
  await podman('rm', id)
  return stdout.split('\n').filter((path) => path !== '')
}

// A file's text, through a program that stays outside of the image.
async function textOf(name, path) {
  const id = await podman('create', '--pull', 'never', imageOf(name))
  const { stdout } = await run('sh', ['-c', 'podman cp "$0:$1" - | tar -xO', id, path])
  await podman('rm', id)
  return stdout
}

test('the base is smaller than 40 MB, and a function adds 2 MB at most', async () => {
  const base = await sizeOf('base')
  assert.ok(base < 40e6, `base: ${base}`)
  for (const name of functions) {
    const more = await sizeOf(name) - base
    assert.ok(more > 0 && more <= 2e6, `${name}: ${more}`)
  }
})

test('there is no shell, no package manager and no interpreter in the base, in functions, NGINX and migrate', async () => {
  const forbidden = /^(usr\/)?s?bin\/(.*sh|busybox|apt.*|dpkg.*|perl.*|python.*|cat|env)$/
  for (const name of ['base', 'thoughts_list', 'nginx', 'migrate']) {
    const files = await filesOf(name)
    assert.ok(files.includes('usr/bin/fnhost'))
    assert.deepEqual(files.filter((path) => forbidden.test(path)), [], name)
    const ended = await run('podman', ['run', '--rm', ...hardened, '--entrypoint', '/bin/sh', imageOf(name), '-c', 'exit 0'])
    assert.equal(ended.exit, 127, `${name}: ${ended.stderr}`)
  }
})

test('an image holds no setuid program, no writable file and no key', async () => {
  for (const name of ['base', 'login', 'nginx']) {
    const id = await podman('create', '--pull', 'never', imageOf(name))
    const { stdout } = await run('sh', ['-c', 'podman export "$0" | tar -tv --numeric-owner', id])
    await podman('rm', id)
    const lines = stdout.split('\n').filter((line) => /^[-d]/.test(line) && !/ (dev|proc|sys|run\/\.containerenv)/.test(line))
    assert.ok(lines.length > 20)
    for (const line of lines.filter((each) => !/ (\.\/)?tmp\/$/.test(each))) {
      assert.match(line, /^[-d]r[-w][-x]r?-?[-x]r?-?[-x] /, `${name}: ${line}`)
      assert.doesNotMatch(line, /\.(pem|dsn|key)$/, `${name}: ${line}`)
    }
  }
})

test('the same source gives the same digest twice, in another storage and under another tag', async (t) => {
  const names = ['base', 'login', 'nginx', 'migrate', 'postgres']
  const folder = await mkdtemp(join(dirname(process.env.CONTAINERS_STORAGE_CONF), 'again-'))
  const storage = join(folder, 'storage.conf')
  await writeFile(storage, `[storage]\ndriver = "overlay"\ngraphroot = "${folder}/images"\nrunroot = "${folder}/run"\n`)
  const env = { ...process.env, CONTAINERS_STORAGE_CONF: storage }
  t.after(() => run('podman', ['rmi', '--all', '--force'], { env }))
  const ended = await run(join(repository, 'dev'), ['image', '--tag', 'again', '--out', join(folder, 'out'), ...names], { env })
  assert.equal(ended.exit, 0, ended.stderr)
  for (const name of names) {
    const again = await run('podman', ['image', 'inspect', '--format', '{{.Digest}}', imageOf(name, 'again')], { env })
    const { Digest: digest } = await inspect(name)
    assert.match(digest, /^sha256:[0-9a-f]{64}$/)
    assert.equal(again.stdout.trim(), digest, name)
    t.diagnostic(`${name} ${digest}`)
  }
})

test('labels say where an image comes from, and a tag says the revision', async () => {
  for (const name of ['base', 'login', 'nginx', 'migrate', 'postgres']) {
    const { Labels: labels, RepoTags: tags } = await inspect(name)
    const label = (key) => labels[`org.opencontainers.image.${key}`]
    assert.equal(label('title'), `fnhost/${name}`)
    assert.ok(label('description').length > 10)
    assert.match(label('source'), /^https:\/\//)
    assert.match(label('revision'), /^[0-9a-f]{40}(-dirty)?$/)
    assert.match(label('version'), /^\d+\.\d+\.\d+$/)
    assert.equal(label('licenses'), 'Apache-2.0')
    assert.ok(tags.includes(imageOf(name, label('revision').slice(0, 12))), tags)
  }
  assert.equal((await inspect('login')).Labels['org.opencontainers.image.description'], manifest('login').summary)
})

test('the bill of materials is valid CycloneDX, the same in the image and beside it', async () => {
  const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot5)
  for (const name of ['base', 'login', 'nginx', 'migrate', 'postgres']) {
    const text = readFileSync(join(process.env.IMAGE_OUT, 'sbom', `${name}.cdx.json`), 'utf8')
    assert.equal(await validator.validate(text), null, name)
    assert.equal(await textOf(name, (await inspect(name)).Labels['dev.fnhost.sbom']), text, name)
  }
  // The validator must be able to say no.
  assert.notEqual(await validator.validate('{"bomFormat":"CycloneDX","specVersion":"1.5","components":[{}]}'), null)
})

test('the bill of materials names the package and version of every library in the image, and nothing else', async () => {
  for (const name of ['login', 'nginx', 'postgres']) {
    const bom = JSON.parse(readFileSync(join(process.env.IMAGE_OUT, 'sbom', `${name}.cdx.json`)))
    const named = new Map(bom.components.map((each) => [each.name, each]))
    const needed = new Set()
    for (const path of (await filesOf(name)).filter((each) => /\.so(\.|$)/.test(each))) {
      const found = await run('sh', ['-c',
        'file=$(readlink -f "/$0"); dpkg -S "$file" 2>/dev/null || dpkg -S "${file#/usr}"', path])
      assert.equal(found.exit, 0, `${name}: no package has /${path}`)
      needed.add(found.stdout.split(':')[0])
    }
    assert.ok(needed.has('libc6') && needed.has('libssl3'), [...needed].join(' '))
    for (const each of needed) {
      const { stdout: version } = await run('dpkg-query', ['-W', '-f', '${Version}', each])
      assert.equal(named.get(each)?.version, version, `${name}: ${each}`)
    }
    const files = (await filesOf(name)).join('\n')
    const linked = (part) => part.properties.some((each) => each.name === 'fnhost:linked')
    for (const each of bom.components.filter((part) => part.purl?.startsWith('pkg:deb/') && !linked(part))) {
      assert.ok(files.includes(`usr/share/doc/${each.name}/copyright`), `${name}: the licence of ${each.name} is missing`)
    }
  }
})
