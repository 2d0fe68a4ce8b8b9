import { chromium } from "@playwright/test";
const b = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox","--disable-gpu"] });
const sizes = { desk: [1440, 900], tab: [1180, 820], phone: [390, 844] };
for (const [name,[w,h]] of Object.entries(sizes)) for (const theme of name==="desk"?["dark","light"]:["dark"]) {
  const c = await b.newContext({ viewport: { width: w, height: h }, hasTouch: name!=="desk", serviceWorkers:"block" });
  await c.addInitScript((t) => localStorage.setItem("proofsheet.theme", t), theme);
  const p = await c.newPage();
  await p.goto("http://127.0.0.1:18777/"); await p.waitForSelector("html[data-hydrated]"); await p.waitForTimeout(800);
  await p.screenshot({ path: `/tmp/look/grid-${name}-${theme}.png` });
  await p.keyboard.press("?"); await p.waitForSelector("dialog.help[open]"); 
  await p.screenshot({ path: `/tmp/look/help-${name}-${theme}.png` });
  await p.click("text=Change keys"); await p.locator(".help-change").nth(14).click(); await p.waitForTimeout(200);
  await p.screenshot({ path: `/tmp/look/keys-${name}-${theme}.png` });
  await p.goto("http://127.0.0.1:18777/duel"); await p.waitForSelector("html[data-hydrated]"); await p.waitForTimeout(1200);
  await p.screenshot({ path: `/tmp/look/duel-${name}-${theme}.png` });
  await p.goto("http://127.0.0.1:18777/duel?tool=fooocus"); await p.waitForSelector("html[data-hydrated]"); await p.waitForTimeout(700);
  for (let i=0;i<60 && !(await p.$(".duel-end"));i++){ await p.keyboard.press(i%3?"ArrowLeft":"ArrowRight"); await p.waitForTimeout(150);}
  await p.waitForTimeout(800);
  await p.screenshot({ path: `/tmp/look/duelend-${name}-${theme}.png` });
  await c.close();
}
await b.close();
