/** A YAML file on disk. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { loadConfig, type LoadOptions } from '../config/load.ts'
import type { BuildConfig } from '../config/types.ts'
import { ConfigError } from '../errors.ts'

/** Those that every model card has. */
const CARD_KEYS = ['task', 'dataset', 'config', 'preprocess']

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
  const text = readFileSync(path, 'utf8')
  if (CARD_KEYS.every((key) => new RegExp(`^${key}\\s*:`, 'm').test(text))) throw cardAsConfig(path, text)
  return loadConfig(path, text, {
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

function cardAsConfig(path: string, text: string): ConfigError {
  const config = /^config\s*:\s*['"]?([^'"\s#]+)/m.exec(text)?.[1]
  return new ConfigError('CONFIG_IS_A_CARD', `${path} is a model card, not the YAML of a build`, {
    where: path,
    fix: `give ${config === undefined ? 'the YAML' : join(dirname(path), config)}, which the card names as its config`,
  })
}
