/** Debian's Chromium, for tests that open a page. */
import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const PATH = '/usr/bin/chromium'

/** False: tests skip; `apt-get install chromium` brings it. */
export const hasChromium = existsSync(PATH)

/** Headless, without a look at the network. */
export function openChromium(): Promise<Browser> {
  const background = ['--disable-background-networking', '--disable-component-update', '--disable-sync']
  return chromium.launch({
    executablePath: PATH,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', ...background],
  })
}
