// Every page in every look: JavaScript on and off, phone and desktop, light and dark.
import assert from 'node:assert/strict';
import { desktop, both, phone, screenshot, visit } from './browser.mjs';
import { assertHeaders, assertKeyboard, assertOutline, assertWeight, findings, overflow } from './checks.mjs';
import { pages, world } from './pages.mjs';

const sizes = { phone, desktop };

for (const { name, path, as, status = 200 } of pages) {
  both(
    `the page "${name}" is sound in all looks`,
    async ({ page, watch, javaScript }) => {
      watch.forgetRequests();
      const response = await visit(page, typeof path === 'string' ? path : path(await world()), status);
      await page.waitForLoadState('load');
      assertHeaders(response);
      assertWeight(watch, await response.body());
      await assertOutline(page);
      for (const [size, viewport] of Object.entries(sizes)) {
        await page.setViewportSize(viewport);
        assert.deepEqual(await overflow(page), [], `nothing sticks out on a ${size}`);
        for (const colorScheme of ['light', 'dark']) {
          await page.emulateMedia({ colorScheme });
          assert.deepEqual(await findings(page), [], `axe finds nothing, ${size}, ${colorScheme}`);
          if (javaScript) await screenshot(page, `${name}--${size}-${colorScheme}`);
        }
        await assertKeyboard(page);
      }
      await page.setViewportSize({ width: 320, height: 640 });
      assert.deepEqual(await overflow(page), [], 'nothing sticks out at 320 pixels, or at 400 % zoom');
      if (!javaScript) await screenshot(page, `${name}--no-js-320`);
    },
    { user: as && (async () => (await world())[as]) },
  );
}
