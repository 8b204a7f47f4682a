// A FastCGI client: what NGINX does, one request at a time on a connection that may be kept.

import { connect } from 'node:net'

const begin = 1, end = 3, params = 4, stdin = 5, stdout = 6

function record(type, content) {
  const head = Buffer.alloc(8)
  head.writeUInt8(1, 0)
  head.writeUInt8(type, 1)
  head.writeUInt16BE(1, 2)
  head.writeUInt16BE(content.length, 4)
  return Buffer.concat([head, content])
}

function pairs(values) {
  const length = (text) => (text.length < 128 ? Buffer.from([text.length])
    : Buffer.from([0x80 | (text.length >> 24), text.length >> 16, text.length >> 8, text.length]))
  return Buffer.concat(Object.entries(values).flatMap(([name, value]) =>
    [length(name), length(value), Buffer.from(name), Buffer.from(value)]))
}

function get(path, keep) {
  const values = {
    REQUEST_METHOD: 'GET', REQUEST_URI: path, DOCUMENT_URI: path, QUERY_STRING: '', SERVER_PROTOCOL: 'HTTP/1.1',
    CONTENT_LENGTH: '', CONTENT_TYPE: '', REMOTE_ADDR: '127.0.0.1', REQUEST_ID: '0123456789abcdef0123456789abcdef',
  }
  return Buffer.concat([record(begin, Buffer.from([0, 1, keep ? 1 : 0, 0, 0, 0, 0, 0])), record(params, pairs(values)),
    record(params, Buffer.alloc(0)), record(stdin, Buffer.alloc(0))])
}

export class Connection {
  // Rejects with the system's error, as ECONNREFUSED.
  static open(host, port) {
    return new Promise((resolve, reject) => {
      const socket = connect(port, host)
      socket.once('connect', () => {
        socket.setTimeout(20_000)
        resolve(new Connection(socket))
      })
      socket.once('error', reject)
      socket.setTimeout(3_000, () => socket.destroy(new Error('nothing came')))
    })
  }

  constructor(socket) {
    this.socket = socket
    this.bytes = Buffer.alloc(0)
    this.ended = false
    this.served = 0 // answers
    socket.on('data', (more) => { this.bytes = Buffer.concat([this.bytes, more]); this.wake?.() })
    for (const event of ['end', 'close', 'error']) socket.on(event, () => { this.ended = true; this.wake?.() })
  }

  // The answer's text, header and body; undefined when the connection ended without a whole one.
  async get(path, keep = false) {
    this.socket.write(get(path, keep))
    let text = ''
    while (true) {
      const next = await this.#record()
      if (!next) return undefined
      if (next.type === end) {
        this.served += 1
        return text
      }
      if (next.type === stdout) text += next.content.toString()
    }
  }

  async #record() {
    while (true) {
      if (this.bytes.length >= 8) {
        const length = this.bytes.readUInt16BE(4), all = 8 + length + this.bytes[6]
        if (this.bytes.length >= all) {
          const found = { type: this.bytes[1], content: this.bytes.subarray(8, 8 + length) }
          this.bytes = this.bytes.subarray(all)
          return found
        }
      }
      if (this.ended) return undefined
      await new Promise((resolve) => { this.wake = resolve })
    }
  }

  close() { this.socket.destroy() }
}
