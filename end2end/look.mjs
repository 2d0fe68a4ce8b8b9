import { chromium } from 'playwright-core';
const [,, base, out, ...paths] = process.argv;
const b = await chromium.launch({ executablePath:'/usr/bin/chromium', args:['--no-sandbox','--disable-gpu'] });
for (const [n,w,h,touch] of [['desktop',1440,900,false],['tablet',1180,820,true],['phone',390,844,true]])
 for (const theme of ['dark','light']) {
  const c = await b.newContext({ viewport:{width:w,height:h}, hasTouch:touch, isMobile:touch, colorScheme:theme });
  await c.addInitScript(t=>localStorage.setItem('proofsheet.theme',t),theme);
  const p = await c.newPage();
  for (const path of paths) { await p.goto(base+path); await p.waitForTimeout(1800); await p.screenshot({path:`${out}/${n}-${theme}-${path.replace(/\W/g,'_')}.png`, fullPage: path!=='/'}); }
  await c.close();
 }
await b.close();
