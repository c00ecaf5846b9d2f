import { test } from 'vitest'

test.skip('the browser tests: no Chromium found; install it (apt-get install chromium) or set KKACHI_CHROMIUM', () => {})
