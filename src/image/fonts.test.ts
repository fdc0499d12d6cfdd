import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { hasChineseFont, terminalLanguage } from './fonts.ts'

afterEach(() => void vi.unstubAllEnvs())

describe.skipIf(process.platform !== 'linux')('Chinese fonts, asked of fontconfig', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fonts-'))
    vi.stubEnv('PATH', folder)
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  /** Put a program in the place of fc-list. */
  function fakeList(script: string): void {
    const path = join(folder, 'fc-list')
    writeFileSync(path, `#!/bin/sh\n${script}\n`)
    chmodSync(path, 0o755)
  }

  test('are there when it lists one for the language', () => {
    fakeList('test "$1 $2" = ":lang=zh family" && echo "WenQuanYi Micro Hei"')
    expect(hasChineseFont()).toBe(true)
  })

  test.each([
    ['lists none', 'exit 0'],
    ['fails', 'echo broken; exit 1'],
  ])('are not there when it %s', (_, script) => {
    fakeList(script)
    expect(hasChineseFont()).toBe(false)
  })

  test('are not there when it is not installed itself', () => {
    expect(hasChineseFont()).toBe(false)
  })
})

test.each([
  [{ LC_ALL: 'zh_CN.UTF-8' }, 'zh'],
  [{ LC_ALL: 'C', LANG: 'zh_CN.UTF-8' }, 'en'],
  [{ LC_MESSAGES: 'zh_TW', LANG: 'de_DE.UTF-8' }, 'zh'],
  [{ LANG: 'zh_CN.GB18030' }, 'zh'],
  [{ LANG: 'en_US.UTF-8' }, 'en'],
  [{}, 'en'],
])('a terminal with %j speaks %s', (locale: Record<string, string>, language) => {
  for (const name of ['LC_ALL', 'LC_MESSAGES', 'LANG']) vi.stubEnv(name, locale[name])
  expect(terminalLanguage()).toBe(language)
})
