/** A Redis server of a test's own, on a free port of the loopback. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

/** Whether `redis-server` is installed; tests that need it skip where it is not. */
export const hasRedis = spawnSync('redis-server', ['--version']).status === 0
if (!hasRedis)
  process.stderr.write('skipped: tests of work across machines need redis-server (apt-get install redis-server)\n')

export interface RedisServer {
  url: string
  /** End it like a power cut. */
  kill(): Promise<void>
  /** Start it again, on what its files hold. */
  start(): Promise<void>
  /** Answer to one command, e.g. `KEYS *`. */
  ask(...words: string[]): Promise<string>
  close(): Promise<void>
}

/** @param isPersistent every write is on the disk before it is answered */
export async function startRedis(isPersistent = false): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), 'redis-'))
  const port = await freePort()
  let server: ChildProcess | undefined

  async function start(): Promise<void> {
    const persistence = isPersistent ? ['--appendonly', 'yes', '--appendfsync', 'always'] : ['--appendonly', 'no']
    const place = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '']
    server = spawn('redis-server', [...place, ...persistence], { stdio: 'ignore' })
    while ((await ask('PING').catch(() => '')) !== '+PONG\r\n') await wait(20)
  }

  async function kill(): Promise<void> {
    if (!server) return
    const ended = new Promise((resolve) => server!.once('exit', resolve))
    server.kill('SIGKILL')
    await ended
    server = undefined
  }

  function ask(...words: string[]): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => socket.write(`${words.join(' ')}\r\n`))
      socket.setEncoding('utf8').once('data', (answer: string) => {
        socket.end()
        resolve(answer)
      })
      socket.once('error', reject)
    })
  }

  await start()
  return {
    url: `redis://127.0.0.1:${port}`,
    kill,
    start,
    ask,
    async close() {
      await kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const { port } = server.address() as AddressInfo
  await new Promise((done) => server.close(done))
  return port
}
