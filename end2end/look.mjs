import { chromium } from "@playwright/test";
import { readdirSync } from "node:fs";
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox","--disable-gpu"] });
const sizes = { desktop: [1440, 900, false], tablet: [1180, 820, true], phone: [390, 844, true] };
const file = "/tmp/look/lib/" + readdirSync("/tmp/look/lib", { recursive: true }).map(String).filter((n) => n.endsWith(".png")).sort()[3];
for (const theme of ["dark", "light"]) for (const [name, [w, h, touch]] of Object.entries(sizes)) {
  const context = await browser.newContext({ viewport: { width: w, height: h }, hasTouch: touch, colorScheme: theme });
  const page = await context.newPage();
  await page.addInitScript((t) => localStorage.setItem("proofsheet.theme", t), theme);
  await page.goto("http://127.0.0.1:18777/add");
  await page.locator("html[data-hydrated]").waitFor();
  await page.getByText("Say something about them first").click();
  await page.getByLabel("Choose files").setInputFiles([file]);
  await page.getByText("1 file to send").waitFor();
  await page.waitForTimeout(600);
  await page.screenshot({ path: `/tmp/look/add-${name}-${theme}.png`, fullPage: true });
  await context.close();
}
await browser.close();
