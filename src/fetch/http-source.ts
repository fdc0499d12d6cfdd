/** One request for (the rest of) a file. */
import { STATUS_CODES } from 'node:http'
import { fetch, type Response } from 'undici'
import { VERSION } from '../version.ts'
import { proxyAgent } from './proxy.ts'
import { type Opened, type Resume, SourceError } from './source.ts'

/** Answers that may be another one a little later. */
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504])

/**
 * Ask for the file from `resume.start` on, through the proxy of the environment. Throws SourceError.
 */
export async function openHttp(url: string, resume: Resume, signal: AbortSignal): Promise<Opened> {
  const headers: Record<string, string> = {
    'user-agent': `openmapper/${VERSION}`,
    // Encoded on the way, bytes could not be counted.
    'accept-encoding': 'identity',
  }
  if (resume.start > 0) {
    headers['range'] = `bytes=${resume.start}-`
    if (resume.validator !== undefined) headers['if-range'] = resume.validator
  }
  const response = await fetch(url, { headers, signal, dispatcher: proxyAgent() }).catch((cause: unknown) => {
    throw connectionError(cause)
  })
  try {
    return opened(response, resume)
  } catch (error) {
    await response.body?.cancel()
    throw error
  }
}

function opened(response: Response, resume: Resume): Opened {
  const { status, headers } = response
  const validator = validatorOf(headers)
  if (status === 200) {
    // Of an encoded answer the length counts other bytes than the file's.
    const length = headers.has('content-encoding') ? null : headers.get('content-length')
    return { body: bodyOf(response), start: 0, size: length === null ? undefined : Number(length), validator }
  }
  const range = /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/.exec(headers.get('content-range') ?? '')
  const size = range && range[2] !== '*' ? Number(range[2]) : undefined
  if (status === 206) {
    if (range?.[1] !== undefined && Number(range[1]) === resume.start)
      return { body: bodyOf(response), start: resume.start, size, validator }
    const got = headers.get('content-range') ?? 'no Content-Range'
    throw new SourceError(`asked for bytes from ${resume.start}, got ${got}`, { isPassing: true, mustRestart: true })
  }
  if (status === 416) {
    if (size === resume.start) return { body: nothing(), start: resume.start, size, validator }
    throw new SourceError('it is shorter than what was saved of it', { isPassing: true, mustRestart: true })
  }
  throw new SourceError(`HTTP ${status} ${STATUS_CODES[status] ?? ''}`.trim(), {
    isPassing: PASSING.has(status),
    retryAfter: retryAfter(headers.get('retry-after'), Date.now()),
  })
}

/** A strong ETag, else the date; a weak ETag does not promise equal bytes (RFC 9110, 13.1.5). */
function validatorOf(headers: Response['headers']): string | undefined {
  const etag = headers.get('etag')
  if (etag?.startsWith('"')) return etag
  return headers.get('last-modified') ?? undefined
}

/** Milliseconds of a Retry-After header, which holds seconds or a date (RFC 9110, 10.2.3). */
export function retryAfter(header: string | null, now: number): number | undefined {
  if (header === null) return undefined
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now
  return Number.isNaN(ms) ? undefined : Math.max(0, ms)
}

async function* bodyOf(response: Response): AsyncGenerator<Uint8Array> {
  if (!response.body) return
  try {
    yield* response.body
  } catch (cause) {
    throw connectionError(cause)
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** The innermost cause in words: undici itself says only `fetch failed` and `terminated`. */
function connectionError(error: unknown): SourceError {
  let why = 'the connection failed'
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    // Several addresses of one name, none of which answered, have a code instead of words.
    const words = at.message || (at as NodeJS.ErrnoException).code
    if (words) why = words
  }
  return new SourceError(why === 'terminated' ? 'the connection was cut' : why, { isPassing: true, cause: error })
}
