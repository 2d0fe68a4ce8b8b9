import { launch } from './measure/browser.mjs';
const browser = await launch();
const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: 'dark' })).newPage();
page.on('console', (m) => console.log('console', m.type(), m.text().slice(0, 400)));
page.on('pageerror', (e) => console.log('pageerror', e.message.slice(0, 400)));
page.on('response', (r) => r.status() >= 400 && console.log(r.status(), r.url()));
for (const path of process.argv.slice(2)) {
  await page.goto('http://127.0.0.1:8622' + path);
  await page.waitForTimeout(2500);
  await page.screenshot({ path: '/tmp/look-' + path.replace(/[^a-z]/g, '_') + '.png' });
  console.log(path, (await page.locator('body').innerText()).slice(0, 300));
}
await browser.close();
