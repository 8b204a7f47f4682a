// Clients that ask without a pause over connections they keep, until they are told to end. A request counts as failed
// whatever the reason: a wrong status, a connection that broke. Nothing is sent again.
import { Agent, request } from 'node:http'

export class Load {
  answered = 0
  failed = []
  #going = true

  // `ask` gives { method, path, headers, body } and the status that is right.
  constructor(port, clients, ask) {
    this.port = port
    this.all = Promise.all(Array.from({ length: clients }, () => this.#client(ask)))
  }

  async #client(ask) {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    while (this.#going) {
      const { right, ...question } = ask()
      const status = await this.#send(agent, question)
      if (status === right) this.answered += 1
      else this.failed.push(`${question.method} ${question.path}: ${status}`)
    }
    agent.destroy()
  }

  #send(agent, { method, path, headers, body }) {
    return new Promise((resolve) => {
      const sent = request({ host: '127.0.0.1', port: this.port, agent, method, path, headers, timeout: 10_000 }, (answer) => {
        answer.resume()
        answer.on('end', () => resolve(answer.statusCode))
        answer.on('error', (fault) => resolve(fault.message))
      })
      sent.on('timeout', () => sent.destroy(new Error('no answer in 10 s')))
      sent.on('error', (fault) => resolve(fault.message))
      sent.end(body)
    })
  }

  async end() {
    this.#going = false
    await this.all
    return this
  }
}
