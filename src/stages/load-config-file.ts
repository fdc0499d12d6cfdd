/** A YAML file on disk. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, isAbsolute, resolve } from 'node:path'
import { loadConfig, type LoadOptions } from '../config/load.ts'
import type { BuildConfig } from '../config/types.ts'
import { ConfigError } from '../errors.ts'

/** Load and check a YAML file; its relative paths start at its own folder, then at the current one. */
export function loadConfigFile(path: string, options: Partial<Omit<LoadOptions, 'resolvePath'>> = {}): BuildConfig {
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found?.isFile()) {
    const message = found ? `${path} is a folder, not a configuration file` : `configuration file not found: ${path}`
    throw new ConfigError('CONFIG_NO_FILE', message, {
      where: path,
      fix: 'give the YAML with -c; `openmapper init MODEL.onnx` writes one',
    })
  }
  const folder = dirname(resolve(path))
  return loadConfig(path, readFileSync(path, 'utf8'), {
    ignoreUnsupported: false,
    ...options,
    resolvePath(value) {
      if (isAbsolute(value)) return value
      const beside = resolve(folder, value)
      const here = resolve(value)
      return !existsSync(beside) && existsSync(here) ? here : beside
    },
  })
}
