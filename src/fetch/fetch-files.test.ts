import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { hostname, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { answer, cutAfter, type FileServer, startFileServer } from '../../test/support/file-server.ts'
import { randomBytes } from '../../test/support/random.ts'
import { silent } from '../reporter.ts'
import { fetchFiles, type FetchOptions } from './fetch-files.ts'
import type { FileToFetch } from './file-to-fetch.ts'
import { addresses } from './mirrors.ts'

const NET = randomBytes(300_000, 1)
const OTHER = randomBytes(300_000, 2)

let folder: string
let server: FileServer
let lines: string[]
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fetch-'))
  server = await startFileServer({ '/net.onnx': NET, '/far/vendor/net.onnx': NET, '/flat/net.onnx': NET })
  lines = []
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await server.close()
  rmSync(folder, { recursive: true })
})

const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex')

function net(change: Partial<FileToFetch> = {}): FileToFetch {
  const urls = [`${server.url}/net.onnx`]
  return { path: 'vendor/net.onnx', urls, md5: md5(NET), size: NET.length, source: 'a zoo', ...change }
}

const target = (): string => join(folder, 'vendor/net.onnx')

function options(change: Partial<FetchOptions> = {}): FetchOptions {
  const reporter = { ...silent, info: (line: string) => void lines.push(line) }
  return { folder, reporter, patience: { backOff: 1 }, ...change }
}

const fetchNet = (change: Partial<FileToFetch> = {}, changed: Partial<FetchOptions> = {}) =>
  fetchFiles([net(change)], options(changed))

/** What an earlier run left behind. */
function leavePart(bytes: Uint8Array, origin?: object): void {
  mkdirSync(dirname(target()), { recursive: true })
  writeFileSync(`${target()}.part`, bytes)
  if (origin) writeFileSync(`${target()}.part.json`, JSON.stringify(origin))
}

/** What lies in the folder now. */
function saved(): { names: string[]; isNet: boolean } {
  const isNet = existsSync(target()) && readFileSync(target()).equals(NET)
  return { names: readdirSync(join(folder, 'vendor')), isNet }
}

const FETCHED = { names: ['net.onnx'], isNet: true }
const NOTHING = { names: [], isNet: false }

describe('a server that behaves', () => {
  test('gives the file once; the next run only verifies it', async () => {
    expect(await fetchNet()).toMatchObject([{ path: target(), isNew: true }])
    expect(saved()).toEqual(FETCHED)
    expect(await fetchNet()).toMatchObject([{ path: target(), isNew: false }])
    expect(server.requests).toHaveLength(1)
  })

  test('sha256 alone is enough, and both must fit where both are known', async () => {
    const sha256 = createHash('sha256').update(NET).digest('hex').toUpperCase()
    await fetchNet({ md5: undefined, sha256 })
    expect(saved()).toEqual(FETCHED)
    rmSync(target())
    await expect(fetchNet({ sha256: '0'.repeat(64) })).rejects.toMatchObject({
      detail: expect.stringContaining('sha256'),
    })
    await expect(fetchNet({ md5: undefined })).rejects.toThrow('neither md5 nor sha256')
  })

  test('an archive is unpacked, and the hash is that of the file', async () => {
    server.replace('/net.onnx.gz', gzipSync(NET))
    const urls = [`${server.url}/net.onnx.gz`]
    await fetchNet({ urls, isGzipped: true })
    expect(saved()).toEqual(FETCHED)
    rmSync(target())
    server.replace('/net.onnx.gz', gzipSync(NET).subarray(0, 1000))
    await expect(fetchNet({ urls, isGzipped: true })).rejects.toMatchObject({
      detail: expect.stringContaining('not a whole gzip archive'),
    })
    expect(saved()).toEqual(NOTHING)
  })

  test('several files come at a time, never more than allowed, and one that fails does not stop the rest', async () => {
    const files = Array.from({ length: 9 }, (_, index) => {
      const bytes = randomBytes(200_000, index + 10)
      server.replace(`/${index}`, bytes)
      return { path: `${index}`, urls: [`${server.url}/${index}`], md5: md5(bytes), source: 'here' }
    })
    // The first answers wait for each other, so that nothing but three connections at a time gets any.
    const held: (() => void)[] = []
    for (const index of [0, 1, 2]) {
      const bytes = randomBytes(200_000, index + 10)
      server.misbehave(`/${index}`, (response) => {
        held.push(() => void response.writeHead(200).end(bytes))
        if (held.length === 3) for (const go of held) go()
      })
    }
    const steps: number[] = []
    const reporter = { ...silent, progress: (_: string, done: number, total: number) => steps.push(done, total) }
    const fetched = await fetchFiles(files, options({ parallel: 3, reporter }))
    expect(fetched.map(({ path }) => path)).toEqual(files.map(({ path }) => join(folder, path)))
    expect(server.mostAtOnce()).toBe(3)
    expect(steps.slice(-2)).toEqual([1.8, 1.8])

    rmSync(join(folder, '3'))
    rmSync(join(folder, '8'))
    server.misbehave('/3', answer(404))
    await expect(fetchFiles(files, options())).rejects.toMatchObject({ code: 'DATA_FETCH_BY_HAND' })
    expect(existsSync(join(folder, '8'))).toBe(true)
    const two = [files[3], { ...files[4], path: 'none', urls: [] }]
    server.misbehave('/3', answer(410))
    await expect(fetchFiles(two, options())).rejects.toMatchObject({
      code: 'DATA_FETCH_FAILED',
      message: '2 of 2 files are missing',
      detail: expect.stringMatching(/3 could not be fetched[^]*HTTP 410 Gone[^]*none cannot be fetched by a program/),
    })
  })
})

describe('half a download', () => {
  test('goes on where the connection was cut, with the version it began with', async () => {
    server.misbehave('/net.onnx', cutAfter(100_000, NET))
    await fetchNet()
    expect(saved()).toEqual(FETCHED)
    expect(server.requests).toMatchObject([{ range: undefined }, { range: 'bytes=100000-', ifRange: '"1"' }])
    expect(lines[0]).toMatch(/^vendor\/net.onnx: .*; again from byte 100000 in 0 s$/)
  })

  test('starts anew where the file has changed meanwhile', async () => {
    server.replace('/net.onnx', OTHER)
    server.misbehave('/net.onnx', cutAfter(100_000, NET))
    await fetchNet({ md5: md5(OTHER) })
    expect(readFileSync(target()).equals(OTHER)).toBe(true)
  })

  test('of an earlier run is used; bytes of another file are found out and fetched again', async () => {
    leavePart(NET.subarray(0, 200_000), { url: `${server.url}/net.onnx`, validator: '"1"' })
    await fetchNet()
    expect(saved()).toEqual(FETCHED)
    expect(server.requests).toMatchObject([{ range: 'bytes=200000-', ifRange: '"1"' }])

    rmSync(target())
    leavePart(OTHER.subarray(0, 200_000))
    await fetchNet()
    expect(saved()).toEqual(FETCHED)
    expect(server.requests.slice(1)).toMatchObject([{ range: 'bytes=200000-' }, { range: undefined }])
    expect(lines.join('\n')).toContain('once more from its first byte')
  })

  test('that was whole, or longer than the file', async () => {
    leavePart(NET)
    await fetchNet()
    expect(saved()).toEqual(FETCHED)
    rmSync(target())
    leavePart(randomBytes(400_000, 3))
    await fetchNet()
    expect(saved()).toEqual(FETCHED)
  })

  test('a range that was not asked for is not used', async () => {
    leavePart(NET.subarray(0, 1000))
    const wrong = { 'content-range': `bytes 0-299999/300000`, 'content-length': 300_000 }
    server.misbehave('/net.onnx', (response) => void response.writeHead(206, wrong).end(NET))
    await fetchNet()
    expect(saved()).toEqual(FETCHED)
    expect(lines[0]).toContain('asked for bytes from 1000, got bytes 0-299999/300000')
  })

  test('a server without ranges gives the whole file again', async () => {
    leavePart(OTHER.subarray(0, 1000))
    server.misbehave('/net.onnx', (response) => void response.writeHead(200).end(NET))
    await fetchNet({ size: undefined })
    expect(saved()).toEqual(FETCHED)
  })

  test('put there by hand is named, and left alone', async () => {
    mkdirSync(dirname(target()))
    writeFileSync(target(), NET.subarray(0, 123))
    await expect(fetchNet()).rejects.toMatchObject({
      code: 'DATA_WRONG_HASH',
      where: target(),
      message: expect.stringContaining('half a download: 123 of 300000 bytes'),
    })
    expect(readFileSync(target())).toHaveLength(123)
    expect(server.requests).toEqual([])
  })

  test('of a stopped run is kept for the next one', async () => {
    const controller = new AbortController()
    server.misbehave('/net.onnx', (response) => {
      response.writeHead(200, { 'content-length': NET.length })
      response.write(NET.subarray(0, 50_000))
    })
    const reporter = {
      ...silent,
      progress: (_: string, done: number) => done > 0 && controller.abort(new Error('stopped')),
    }
    await expect(fetchNet({}, { reporter, signal: controller.signal })).rejects.toThrow('stopped')
    expect(readdirSync(dirname(target())).sort()).toEqual(['net.onnx.part', 'net.onnx.part.json'])
    await fetchNet()
    expect(saved()).toEqual(FETCHED)
    expect(server.requests[1].range).toMatch(/^bytes=[1-9]\d*-$/)
  })
})

describe('a server that does not behave', () => {
  test('is asked again when it is busy, after the time it asks for', async () => {
    const started = Date.now()
    server.misbehave('/net.onnx', answer(503), answer(429, { 'retry-after': 1 }), answer(500))
    await fetchNet()
    expect(saved()).toEqual(FETCHED)
    expect(Date.now() - started).toBeGreaterThanOrEqual(990)
    expect(lines[1]).toBe('vendor/net.onnx: HTTP 429 Too Many Requests; again in 1 s')
  })

  test('is left when it stays busy, or asks for too long a pause', async () => {
    server.misbehave('/net.onnx', ...Array.from({ length: 5 }, () => answer(503)))
    await expect(fetchNet()).rejects.toMatchObject({ detail: expect.stringContaining('Service Unavailable, 5 times') })
    expect(server.requests).toHaveLength(5)
    server.misbehave('/net.onnx', answer(503, { 'retry-after': 3600 }))
    await expect(fetchNet()).rejects.toMatchObject({ detail: expect.stringContaining('asks to wait 1 h 0 min') })
  })

  test('is not asked again for what it does not have', async () => {
    await expect(fetchNet({ urls: [`${server.url}/none`] })).rejects.toMatchObject({
      code: 'DATA_FETCH_BY_HAND',
      detail: expect.stringContaining('HTTP 404 Not Found'),
    })
    expect(server.requests).toHaveLength(1)
  })

  test('falls silent: the connection counts as dead', async () => {
    server.misbehave(
      '/net.onnx',
      () => {},
      (response) => {
        response.writeHead(200, { etag: '"1"', 'content-length': NET.length }).write(NET.subarray(0, 10))
      },
    )
    await fetchNet({}, { patience: { backOff: 1, stall: 700 } })
    expect(saved()).toEqual(FETCHED)
    expect(lines.slice(0, 2)).toEqual([
      'vendor/net.onnx: nothing came for 1 s; again in 0 s',
      'vendor/net.onnx: nothing came for 1 s; again from byte 10 in 0 s',
    ])
  })

  test('gives other bytes: they never get the name of the file', async () => {
    server.replace('/net.onnx', OTHER)
    await expect(fetchNet()).rejects.toMatchObject({ detail: expect.stringContaining(`md5 ${md5(OTHER)}`) })
    expect(saved()).toEqual(NOTHING)
    server.replace('/net.onnx', new TextEncoder().encode('<!DOCTYPE html><title>Sign in</title>'))
    await expect(fetchNet({ size: undefined })).rejects.toMatchObject({
      detail: expect.stringContaining('it is a web page'),
    })
    server.replace('/net.onnx', NET.subarray(0, 5))
    await expect(fetchNet()).rejects.toMatchObject({ detail: expect.stringContaining('5 bytes there, not 300000') })
    expect(saved()).toEqual(NOTHING)
  })

  test('is asked through the proxy of the environment, unless it is excepted', async () => {
    const asked: string[] = []
    const proxy = createServer((request, response) => {
      asked.push(request.url!)
      response.writeHead(200).end(NET)
    })
    proxy.on('connect', (request, socket: Socket) => {
      asked.push(request.url!)
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
    })
    await new Promise<void>((ready) => proxy.listen(0, '127.0.0.1', ready))
    const { port } = proxy.address() as AddressInfo
    try {
      for (const name of ['http_proxy', 'no_proxy', 'NO_PROXY']) vi.stubEnv(name, undefined)
      vi.stubEnv('HTTP_PROXY', `127.0.0.1:${port}`)
      await fetchNet({ urls: ['http://models.example/net.onnx'] })
      const secure = fetchNet({ path: 'x', urls: ['https://models.example/net.onnx'] })
      await expect(secure).rejects.toMatchObject({ detail: expect.stringContaining('Proxy response (403)') })
      expect(new Set(asked)).toEqual(new Set(['http://models.example/net.onnx', 'models.example:443']))
      vi.stubEnv('NO_PROXY', '127.0.0.1')
      rmSync(target())
      await fetchNet()
      expect(asked.filter((url) => url.includes('127.0.0.1'))).toEqual([])
      vi.stubEnv('HTTP_PROXY', 'http://:a:b')
      await expect(fetchNet({ path: 'y' })).rejects.toMatchObject({ code: 'ARGUMENT_PROXY', where: 'HTTP_PROXY' })
    } finally {
      proxy.closeAllConnections()
      proxy.close()
    }
  })

  test('is not there at all', async () => {
    const url = server.url
    await server.close()
    const error = await fetchNet({ urls: [`${url}/net.onnx`] }).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ detail: expect.stringContaining('ECONNREFUSED') })
    server = await startFileServer({})
  })
})

describe('mirrors', () => {
  test('come before the address of the file, in both layouts; the environment comes last', async () => {
    vi.stubEnv('OPENMAPPER_MIRROR', `${server.url}/flat`)
    await fetchNet({ urls: [] }, { mirrors: [`${server.url}/empty/`, `${server.url}/far`] })
    expect(server.requests.map(({ path }) => path)).toEqual([
      '/empty/vendor/net.onnx',
      '/empty/net.onnx',
      '/far/vendor/net.onnx',
    ])
    rmSync(target())
    await fetchNet({ urls: [] })
    expect(server.requests.at(-1)).toMatchObject({ path: '/flat/net.onnx' })
    expect(saved()).toEqual(FETCHED)
  })

  test('on a disk, with blanks in the path, packed where the file comes packed', async () => {
    const usb = join(folder, 'usb stick')
    mkdirSync(join(usb, 'vendor'), { recursive: true })
    writeFileSync(join(usb, 'vendor/net.onnx'), NET)
    const mirrors = [pathToFileURL(usb).href]
    await fetchNet({ urls: [] }, { mirrors })
    expect(saved()).toEqual(FETCHED)
    rmSync(target())
    rmSync(join(usb, 'vendor/net.onnx'))
    writeFileSync(join(usb, 'net.onnx.gz'), gzipSync(NET))
    await fetchNet({ urls: [], isGzipped: true }, { mirrors })
    expect(saved()).toEqual(FETCHED)
    expect(server.requests).toEqual([])
  })

  test('each place of a mirror is tried once', () => {
    expect(addresses(net({ path: './net.onnx', urls: [] }), ['file:///usb'])).toEqual([
      { url: 'file:///usb/net.onnx', isGzipped: false },
    ])
  })

  test('half a file on one mirror does not spoil the next', async () => {
    const usb = join(folder, 'usb')
    mkdirSync(usb)
    writeFileSync(join(usb, 'net.onnx'), NET.subarray(0, 1000))
    await fetchNet({ size: undefined }, { mirrors: [pathToFileURL(usb).href] })
    expect(saved()).toEqual(FETCHED)
  })

  test.each([
    ['/mnt/usb', 'file:///mnt/usb'],
    ['file:mnt/usb', 'file:///mnt/usb'],
    ['ftp://host/x', 'http://, https:// or file:///'],
  ])('%s is refused', async (mirror, fix) => {
    const code = { code: 'ARGUMENT_MIRROR', fix: expect.stringContaining(fix) }
    await expect(fetchNet({}, { mirrors: [mirror] })).rejects.toMatchObject({ ...code, where: '--mirror' })
    vi.stubEnv('OPENMAPPER_MIRROR', mirror)
    await expect(fetchNet()).rejects.toMatchObject({ ...code, where: 'OPENMAPPER_MIRROR' })
  })
})

test('what cannot be fetched is explained: the file, where it comes from, where to put it', async () => {
  await expect(fetchNet({ urls: [], source: 'register at example.org, then download it' })).rejects.toMatchObject({
    code: 'DATA_FETCH_BY_HAND',
    message: 'vendor/net.onnx cannot be fetched by a program',
    detail: [
      `file:   vendor/net.onnx (300,000 bytes, md5 ${md5(NET)})`,
      'from:   register at example.org, then download it',
      `put at: ${target()}`,
    ].join('\n'),
  })
  mkdirSync(dirname(target()))
  writeFileSync(target(), NET)
  expect(await fetchNet({ urls: [] })).toMatchObject([{ isNew: false }])
})

describe('two runs at a time', () => {
  test('do not write the same file', async () => {
    const both = await Promise.all([fetchNet(), fetchNet()])
    expect(both.filter(([{ isNew }]) => isNew)).toHaveLength(1)
    expect(server.requests).toHaveLength(1)
    expect(lines.join('\n')).toContain(`process ${process.pid} on ${hostname()} is fetching it`)
    expect(saved()).toEqual(FETCHED)
  })

  test('a lock whose process is gone is taken over', async () => {
    const { pid } = spawnSync(process.execPath, ['--version'])
    mkdirSync(dirname(target()))
    writeFileSync(`${target()}.lock`, `${pid} on ${hostname()}`)
    await fetchNet()
    expect(saved()).toEqual(FETCHED)
  })
})
