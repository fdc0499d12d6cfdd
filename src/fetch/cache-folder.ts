/** Where downloads are kept between runs: outside every clone. */
import { homedir } from 'node:os'
import { join } from 'node:path'

/** Folder below `OPENMAPPER_CACHE`, else `$XDG_CACHE_HOME/openmapper`, else `~/.cache/openmapper`; not created here. */
export function cacheFolder(...parts: string[]): string {
  const own = process.env['OPENMAPPER_CACHE']
  if (own) return join(own, ...parts)
  return join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'openmapper', ...parts)
}
