/** A web server on the loopback that serves files from memory, with ranges, and misbehaves on request. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Request {
  path: string
  range: string | undefined
  ifRange: string | undefined
}

/** Answers one request in its own way. */
export type Misbehave = (response: ServerResponse, request: IncomingMessage) => void

export interface FileServer {
  /** `http://127.0.0.1:PORT` */
  url: string
  /** Every request so far. */
  requests: Request[]
  /** Largest number of requests that were open at a time. */
  mostAtOnce(): number
  /** The next requests for this path are answered in these ways, one each; after them the server behaves. */
  misbehave(path: string, ...ways: Misbehave[]): void
  /** Put another version of a file in place. */
  replace(path: string, content: Uint8Array): void
  close(): Promise<void>
}

export async function startFileServer(files: Record<string, Uint8Array>): Promise<FileServer> {
  const content = new Map(Object.entries(files))
  const versions = new Map<string, number>()
  const ways = new Map<string, Misbehave[]>()
  const requests: Request[] = []
  let open = 0
  let most = 0

  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '')
    requests.push({ path, range: request.headers.range, ifRange: request.headers['if-range'] as string | undefined })
    most = Math.max(most, ++open)
    response.on('close', () => open--)
    const way = ways.get(path)?.shift()
    if (way) return way(response, request)
    const bytes = content.get(path)
    if (!bytes) return response.writeHead(404).end('nothing here')
    const etag = `"${versions.get(path) ?? 1}"`
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
    const isOther = request.headers['if-range'] !== undefined && request.headers['if-range'] !== etag
    if (start === 0 || isOther) return response.writeHead(200, { etag, 'content-length': bytes.length }).end(bytes)
    if (start >= bytes.length) return response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end()
    const range = `bytes ${start}-${bytes.length - 1}/${bytes.length}`
    response.writeHead(206, { etag, 'content-range': range, 'content-length': bytes.length - start })
    response.end(bytes.subarray(start))
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    mostAtOnce: () => most,
    misbehave: (path, ...more) => void ways.set(path, [...(ways.get(path) ?? []), ...more]),
    replace(path, bytes) {
      content.set(path, bytes)
      versions.set(path, (versions.get(path) ?? 1) + 1)
    },
    close: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}

/** Sends the first bytes of what it promises, then cuts the connection. */
export function cutAfter(count: number, bytes: Uint8Array, etag = '"1"'): Misbehave {
  return (response) => {
    response.writeHead(200, { etag, 'content-length': bytes.length })
    response.write(bytes.subarray(0, count), () => response.socket?.destroySoon())
  }
}

/** An answer without the file. */
export function answer(status: number, headers: Record<string, string | number> = {}, body = ''): Misbehave {
  return (response) => void response.writeHead(status, headers).end(body)
}
