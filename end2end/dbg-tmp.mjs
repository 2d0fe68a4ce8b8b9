import { launch } from './measure/browser.mjs';
const browser = await launch();
const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: 'dark' })).newPage();
page.on('console', (m) => console.log('console', m.type(), m.text().slice(0, 600)));
page.on('pageerror', (e) => console.log('pageerror', e.message.slice(0, 400)));
await page.goto('http://127.0.0.1:8622/?sort=name');
await page.waitForSelector('html[data-hydrated]');
await page.waitForTimeout(800);
await page.locator('[data-p="0"]').focus();
for (let i = 0; i < 4; i++) { await page.keyboard.press('x'); if (i == 3) await page.keyboard.press('f'); await page.keyboard.press('ArrowRight'); }
await page.waitForTimeout(500);
await page.getByRole('link', { name: 'Clean up' }).click();
await page.waitForTimeout(2000);
console.log(page.url(), (await page.locator('main').innerText()).slice(-400));
await page.screenshot({ path: '/tmp/look-clean2.png' });
await page.goto('http://127.0.0.1:8622/history');
await page.waitForTimeout(1500);
await page.screenshot({ path: '/tmp/look-hist.png' });
await browser.close();
