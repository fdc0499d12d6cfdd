import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { projectRoot } from '../../test/support/shared-data.ts'
import { typed } from './typed.ts'

const NEXT = 'Next: openmapper build -c net_config.yaml'

describe('commands are named as they were started', () => {
  test.each([
    ['installed for all', '/usr/local/bin/openmapper', '/home/me', NEXT],
    ['npx', '/home/me/project/node_modules/.bin/openmapper', '/home/me/project', NEXT.replace('open', 'npx open')],
    [
      'in the clone',
      '/home/me/om/bin/openmapper.js',
      '/home/me/om',
      'Next: node bin/openmapper.js build -c net_config.yaml',
    ],
    [
      'beside the clone',
      '/home/me/om/bin/openmapper.js',
      '/home/me/models',
      'Next: node ../om/bin/openmapper.js build -c net_config.yaml',
    ],
    [
      'far from the clone',
      '/om/bin/openmapper.js',
      '/home/me/models/mine',
      'Next: node /om/bin/openmapper.js build -c net_config.yaml',
    ],
    [
      'the program of another name',
      '/home/me/om/bin/hb_mapper.js',
      '/home/me/om',
      'Next: node bin/openmapper.js build -c net_config.yaml',
    ],
    [
      'a folder with a space',
      '/home/me/my om/bin/openmapper.js',
      '/home/me',
      'Next: node "my om/bin/openmapper.js" build -c net_config.yaml',
    ],
    ['a script of another program', '/home/me/tool/index.js', '/home/me', NEXT],
  ])('%s', (_, script, folder, expected) => {
    expect(typed(NEXT, { script, folder })).toBe(expected)
  })

  const start = { script: '/om/bin/openmapper.js', folder: '/om' }

  test('every command, and the programs of the manual', () => {
    const names = readdirSync(join(projectRoot, 'src/cli/commands')).map((file) => file.replace('.ts', ''))
    const commands = names.filter((name) => name !== 'eval-preprocess')
    expect(commands.length).toBeGreaterThan(10)
    for (const name of commands) expect(typed(`openmapper ${name} x`, start)).toBe(`node bin/openmapper.js ${name} x`)
    expect(typed('hb_mapper checker --march bayes', start)).toBe('node bin/hb_mapper.js checker --march bayes')
    expect(typed('(or `openmapper preprocess`)', start)).toBe('(or `node bin/openmapper.js preprocess`)')
  })

  test('what is no command stays', () => {
    for (const text of [
      'openmapper version 0.1.0',
      'This is a bug of openmapper. Run the command again',
      'a file /tmp/openmapper build',
      'npx openmapper builds nothing',
      'hb_mapper_checker.log',
    ])
      expect(typed(text, start)).toBe(text)
  })
})
