/** Which languages this machine can draw. */
import { execFileSync } from 'node:child_process'
import { platform } from 'node:os'

export type Language = 'en' | 'zh'

/** What to install where Chinese cannot be drawn. */
export const CHINESE_FONT_FIX =
  'apt-get install fonts-noto-cjk (Debian, Ubuntu), dnf install google-noto-sans-cjk-fonts (Fedora)'

/** Is there a font with Chinese characters? Asked of fontconfig, which draws the text; macOS and Windows bring such fonts. */
export function hasChineseFont(): boolean {
  if (platform() !== 'linux') return true
  try {
    const families = execFileSync('fc-list', [':lang=zh', 'family'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return families.trim() !== ''
  } catch {
    return false
  }
}

/** The language of the user's terminal. */
export function terminalLanguage(): Language {
  const locale = process.env['LC_ALL'] || process.env['LC_MESSAGES'] || process.env['LANG'] || ''
  return locale.startsWith('zh') ? 'zh' : 'en'
}
